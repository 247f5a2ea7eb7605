/*
 * The command line of sign_in.c. A game has its settings instead.
 */

#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *issuer, *client_id, *scopes, *slot;
    uint16_t port;      /* 0: any free one */
    uint32_t timeout_s; /* 0: the library's default */
    int host_opens, device, remember, sign_out;
};

static const char usage[] =
    "Usage: sign_in --issuer URL --client-id ID [OPTIONS]\n"
    "Signs a player in, prints who it is, fetches a new access token, and signs out.\n"
    "With --remember it does not sign out: the next start takes the session up, without a browser.\n\n"
    "  --issuer URL    the provider's issuer, exactly as the provider writes it\n"
    "  --client-id ID  the client (application) id from the provider's console\n"
    "  --scopes TEXT   what to ask for, separated by spaces; \"openid profile email\" if absent\n"
    "  --port N        the port of the redirect URI, 1 to 65535; any free one if absent\n"
    "  --host-opens    print \"open: URL\" instead of starting the system's browser\n"
    "  --device        sign in on another screen: print a code, an address and a QR code, and open no browser\n"
    "  --timeout S     how many seconds the player may take, 1 to 86400; 300 if absent\n"
    "  --remember      keep the session in the system's secret store, and take up the one that is kept\n"
    "  --slot NAME     which of several kept sessions, for more than one account; \"default\" if absent\n"
    "  --sign-out      end the session, also a kept one; without --remember nobody is asked to sign in for it\n"
    "  --help          print this\n";

static void misused(const char *option, const char *meant) {
    fprintf(stderr, "sign_in: %s %s\n\n%s", option, meant, usage);
    exit(2);
}

static unsigned long number(const char *option, const char *text, unsigned long most, const char *meant) {
    char *end = NULL;
    const unsigned long value = text ? strtoul(text, &end, 10) : 0;

    if (text && (*text < '0' || *text > '9' || *end != '\0' || value == 0 || value > most)) misused(option, meant);
    return value;
}

static int is_switch(const char *word, struct options *options) {
    if (strcmp(word, "--host-opens") == 0) return options->host_opens = 1;
    if (strcmp(word, "--device") == 0) return options->device = 1;
    if (strcmp(word, "--remember") == 0) return options->remember = 1;
    if (strcmp(word, "--sign-out") == 0) return options->sign_out = 1;
    return 0;
}

/* Leaves the program after --help and when it is used wrongly. */
static struct options parse_options(int argc, char **argv) {
    enum { ISSUER, CLIENT_ID, SCOPES, PORT, TIMEOUT, SLOT, COUNT };
    static const char *const names[COUNT] = {"--issuer", "--client-id", "--scopes", "--port", "--timeout", "--slot"};
    const char *values[COUNT] = {NULL};
    struct options options = {NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0};
    int i;

    for (i = 1; i < argc; i++) {
        int known = 0;

        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            exit(0);
        }
        if (is_switch(argv[i], &options)) continue;
        while (known < COUNT && strcmp(argv[i], names[known]) != 0) known++;
        if (known == COUNT) misused(argv[i], "is no option");
        if (i + 1 == argc) misused(argv[i], "needs a value after it");
        values[known] = argv[++i];
    }

    if (!values[ISSUER]) misused("--issuer", "is missing: the URL of the provider, such as https://id.example.com");
    if (!values[CLIENT_ID]) misused("--client-id", "is missing: the id of this game in the provider's console");
    options.issuer = values[ISSUER];
    options.client_id = values[CLIENT_ID];
    if (values[SLOT] && !options.remember && !options.sign_out) misused("--slot", "names a kept session: add --remember");
    options.scopes = values[SCOPES];
    options.slot = values[SLOT];
    options.port = (uint16_t)number("--port", values[PORT], 65535, "takes a number from 1 to 65535");
    options.timeout_s = (uint32_t)number("--timeout", values[TIMEOUT], 86400, "takes seconds, from 1 to 86400");
    return options;
}

#endif
