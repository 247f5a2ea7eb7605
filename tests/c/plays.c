/*
 * A game that was built against some version of the header, whichever is the first on the search path: it checks what it is told of
 * versions, signs in, and looks at everything that every version has. Its outputs lie before canaries: the library must not write
 * beyond what this header knows.
 */

#include "check.h"

#if LATCHKEY_VERSION != ((LATCHKEY_VERSION_MAJOR << 16) | (LATCHKEY_VERSION_MINOR << 8) | LATCHKEY_VERSION_PATCH)
#error "LATCHKEY_VERSION is not composed of its parts, or not usable in a condition"
#endif
#if LATCHKEY_VERSION + 1 <= LATCHKEY_VERSION || LATCHKEY_VERSION * 2 != LATCHKEY_VERSION + LATCHKEY_VERSION
#error "LATCHKEY_VERSION is not in parentheses"
#endif

static struct {
    latchkey_status status;
    unsigned char canary[64];
} polled;

static int canary_lives(void) {
    size_t i;
    for (i = 0; i < sizeof polled.canary; i++) {
        if (polled.canary[i] != 0xA5) return 0;
    }
    return 1;
}

static void sign_in(latchkey_client *client) {
    const latchkey_status init = LATCHKEY_STATUS_INIT;
    latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_prompt *prompt = NULL;
    latchkey_profile *profile = NULL;
    latchkey_token *token = NULL;

    polled.status = init;
    memset(polled.canary, 0xA5, sizeof polled.canary);
    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(client, &options));
    CHECK(reaches(client, LATCHKEY_STATE_WAITING_FOR_PLAYER, &polled.status));
    CHECK_RESULT(LATCHKEY_OK, latchkey_get_prompt(client, &prompt));
    printf("open: %s\n", latchkey_prompt_url(prompt));
    fflush(stdout);
    latchkey_prompt_free(prompt);
    CHECK(reaches(client, LATCHKEY_STATE_SIGNED_IN, &polled.status));
    CHECK(polled.status.error == LATCHKEY_OK && polled.status.login_id == 1 && polled.status.revision > 1);
    CHECK(polled.status.struct_size == sizeof polled.status && canary_lives());
    CHECK_RESULT(LATCHKEY_OK, latchkey_get_profile(client, &profile));
    CHECK(strcmp(latchkey_profile_name(profile), "Ada Lovelace") == 0);
    latchkey_profile_free(profile);
    CHECK_RESULT(LATCHKEY_OK, latchkey_get_access_token(client, 0, &token));
    CHECK(latchkey_token_text(token) != NULL && latchkey_token_expires_at(token) > 0);
    latchkey_token_free(token);
    CHECK_RESULT(LATCHKEY_OK, latchkey_logout(client, LATCHKEY_LOGOUT_LOCAL));
}

#ifdef PLAYS_NEWER
/* What only the newer header has: a wish that is not granted must not be dropped in silence, and no answer is invented. */
static void ask_for_what_is_newer(latchkey_client *client, latchkey_config *config) {
    latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_client *other = NULL;

    config->newer_field = 1;
    CHECK_RESULT(LATCHKEY_NOT_SUPPORTED, latchkey_client_create(config, &other));
    CHECK(other == NULL);
    config->newer_field = 0;
    options.newer_field = 1;
    CHECK_RESULT(LATCHKEY_NOT_SUPPORTED, latchkey_start_login(client, &options));
    CHECK(polled.status.newer_field == 0); /* As the initialiser made it, after every poll until here. */
    CHECK(LATCHKEY_VERSION > latchkey_version());
}
#endif

int main(int argc, char **argv) {
    latchkey_config config = LATCHKEY_CONFIG_INIT;
    latchkey_client *client = NULL;

    if (argc < 2) return 2;
    CHECK(latchkey_version() >> 16 == LATCHKEY_VERSION_MAJOR);
    printf("sizes: %u %u %u\n", (unsigned)sizeof config, (unsigned)sizeof(latchkey_login_options), (unsigned)sizeof(latchkey_status));
    config.issuer = argv[1];
    config.client_id = "plays";
    config.browser = LATCHKEY_BROWSER_HOST;
    CHECK_RESULT(LATCHKEY_OK, latchkey_client_create(&config, &client));
    sign_in(client);
#ifdef PLAYS_NEWER
    ask_for_what_is_newer(client, &config);
#endif
    latchkey_client_destroy(client);
    CHECK_RESULT(LATCHKEY_OK, latchkey_shutdown(5000));
    return checks_done();
}
