/*
 * What the smoke tests share: checks that count and go on, a port where nobody answers, and waiting for a status. Include it
 * before anything else, since it tells the C library which functions to declare.
 */

#ifndef CHECK_H
#define CHECK_H

#ifndef _WIN32
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#else
#include <windows.h>
#endif

#include <latchkey.h>

#include <stdio.h>
#include <string.h>

static int checks_made = 0;
static int checks_failed = 0;

#define CHECK(condition) check_that(!!(condition), __FILE__, __LINE__, #condition)

/* For results: says which one came. */
#define CHECK_RESULT(expected, call) check_result(expected, call, __FILE__, __LINE__, #call)

static inline int check_that(int holds, const char *file, int line, const char *what) {
    checks_made++;
    if (!holds) {
        checks_failed++;
        fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    }
    return holds;
}

static inline int check_result(int32_t expected, int32_t actual, const char *file, int line, const char *what) {
    const int holds = check_that(expected == actual, file, line, what);
    if (!holds) {
        fprintf(stderr, "    expected %s, got %s\n", latchkey_result_name(expected), latchkey_result_name(actual));
    }
    return holds;
}

/* Prints the last line and makes the exit code. */
static inline int checks_done(void) {
    printf("smoke: %d checks, %d failed\n", checks_made, checks_failed);
    return checks_failed > 0;
}

/* Long, because machines are busy and valgrind is slow; it is only ever reached by a failure. */
#define PATIENCE_MS 30000

static inline void wait_one_millisecond(void) {
#ifdef _WIN32
    Sleep(1);
#else
    const struct timespec wait = {0, 1000000};
    nanosleep(&wait, NULL);
#endif
}

/* Polls until the client is in this state and returns 1, or 0 when patience is at its end. */
static inline int reaches(const latchkey_client *client, uint32_t state, latchkey_status *status) {
    int waited;
    for (waited = 0; waited < PATIENCE_MS; waited++) {
        if (latchkey_poll_status(client, status) != LATCHKEY_OK) return 0;
        if (status->state == state) return 1;
        wait_one_millisecond();
    }
    return 0;
}

/* An issuer at a port that is taken, so that nobody else gets it, but not listened on: connections are refused at once. */
static inline const char *refusing_issuer(void) {
    static char issuer[64] = "";
    unsigned port = 1;
    if (issuer[0] != '\0') return issuer;
#ifndef _WIN32
    {
        union {
            struct sockaddr any;
            struct sockaddr_in v4;
        } address;
        socklen_t length = sizeof address;
        const int taken = socket(AF_INET, SOCK_STREAM, 0); /* Held until the process ends. */

        memset(&address, 0, sizeof address);
        address.v4.sin_family = AF_INET;
        address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CHECK(bind(taken, &address.any, sizeof address.v4) == 0);
        CHECK(getsockname(taken, &address.any, &length) == 0);
        port = ntohs(address.v4.sin_port);
    }
#endif
    snprintf(issuer, sizeof issuer, "http://127.0.0.1:%u", port);
    return issuer;
}

#endif
