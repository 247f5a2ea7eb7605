/*
 * A studio's program in C, built from an unpacked archive only. Without arguments it checks that header and library are one
 * version; with an issuer it signs a player in there and says who it was.
 */

#include <latchkey.h>

#include <stdio.h>
#include <time.h>

static void next_frame(void) {
    const clock_t start = clock();
    while (clock() - start < CLOCKS_PER_SEC / 200) {} /* What a game computes in a frame. */
}

static int fails(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    return 1;
}

static int sign_in(latchkey_client *client) {
    latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_status status = LATCHKEY_STATUS_INIT;
    latchkey_prompt *prompt = NULL;
    latchkey_profile *profile = NULL;
    latchkey_result result = latchkey_start_login(client, &options);

    if (result != LATCHKEY_OK) return fails("start_login", latchkey_result_name(result));
    do {
        next_frame();
        latchkey_poll_status(client, &status);
        if (prompt == NULL && latchkey_get_prompt(client, &prompt) == LATCHKEY_OK) {
            printf("open: %s\n", latchkey_prompt_url(prompt));
            fflush(stdout);
        }
    } while (status.state != LATCHKEY_STATE_SIGNED_IN && status.state != LATCHKEY_STATE_SIGNED_OUT);
    latchkey_prompt_free(prompt);
    if (latchkey_get_profile(client, &profile) != LATCHKEY_OK) return fails("sign-in", latchkey_result_name(status.error));
    printf("player: %s\n", latchkey_profile_name(profile));
    latchkey_profile_free(profile);
    return 0;
}

int main(int argc, char **argv) {
    latchkey_config config = LATCHKEY_CONFIG_INIT;
    latchkey_client *client = NULL;
    latchkey_result result;
    int code;

    printf("header: %s\n", LATCHKEY_VERSION_STRING);
    if (latchkey_version() != LATCHKEY_VERSION) return fails("version", "the library is not that of the header");
    if (argc < 2) return 0;
    config.issuer = argv[1];
    config.client_id = "consumer";
    config.browser = LATCHKEY_BROWSER_HOST;
    result = latchkey_client_create(&config, &client);
    if (result != LATCHKEY_OK) return fails("client_create", latchkey_result_name(result));
    code = sign_in(client);
    latchkey_client_destroy(client);
    result = latchkey_shutdown(2000);
    return result == LATCHKEY_OK ? code : fails("shutdown", latchkey_result_name(result));
}
