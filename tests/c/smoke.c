/*
 * Calls everything in latchkey.h as no host should, and some of it as one does, without a network. Every line compiles as C99
 * and as C++11. What a provider answers is not seen here: other tests have one.
 */

#include "check.h"

#include <stddef.h>
#include <stdlib.h>

/* Handed to calls that must not write to it. */
static latchkey_client *const untouched_client = (latchkey_client *)(uintptr_t)0x5ca1ab1e;

static latchkey_config usable_config(void) {
    latchkey_config config = LATCHKEY_CONFIG_INIT;
    config.issuer = refusing_issuer();
    config.client_id = "my-game";
    config.browser = LATCHKEY_BROWSER_HOST;
    return config;
}

/* Plain OAuth 2.0 with every endpoint given: a login waits for its player without a single request. */
static latchkey_config offline_config(void) {
    latchkey_config config = LATCHKEY_CONFIG_INIT;
    config.client_id = "my-game";
    config.scopes = "identify";
    config.authorization_endpoint = "http://127.0.0.1:1/authorize";
    config.token_endpoint = "http://127.0.0.1:1/token";
    config.userinfo_endpoint = "http://127.0.0.1:1/userinfo";
    config.browser = LATCHKEY_BROWSER_HOST;
    return config;
}

static latchkey_client *new_client(latchkey_config config) {
    latchkey_client *client = NULL;
    CHECK_RESULT(LATCHKEY_OK, latchkey_client_create(&config, &client));
    CHECK(client != NULL);
    return client;
}

/* The configuration is refused by the check and by create alike, and the sentence has this word. */
static void refused(latchkey_result expected, latchkey_config config, const char *word) {
    char sentence[512] = "";
    latchkey_client *client = untouched_client;

    CHECK_RESULT(expected, latchkey_config_check(&config, sentence, sizeof sentence, NULL));
    if (!CHECK(strstr(sentence, word) != NULL)) fprintf(stderr, "    no \"%s\" in \"%s\"\n", word, sentence);
    CHECK_RESULT(expected, latchkey_client_create(&config, &client));
    CHECK(client == untouched_client);
}

static void test_version_and_names(void) {
    static const char *const names[] = {
        "LATCHKEY_OK",
        "LATCHKEY_INVALID_ARGUMENT",
        "LATCHKEY_INVALID_STATE",
        "LATCHKEY_CONFIGURATION",
        "LATCHKEY_NETWORK",
        "LATCHKEY_PROVIDER_ERROR",
        "LATCHKEY_DENIED",
        "LATCHKEY_CANCELLED",
        "LATCHKEY_TIMED_OUT",
        "LATCHKEY_TOKEN_REJECTED",
        "LATCHKEY_SESSION_EXPIRED",
        "LATCHKEY_STORE_UNAVAILABLE",
        "LATCHKEY_WRONG_CLOCK",
        "LATCHKEY_NOT_SUPPORTED",
        "LATCHKEY_INTERNAL_ERROR",
        "LATCHKEY_PENDING",
        "LATCHKEY_BROWSER_UNAVAILABLE",
        "LATCHKEY_PORT_IN_USE",
    };
    const latchkey_result count = (latchkey_result)(sizeof names / sizeof names[0]);
    char composed[32];
    latchkey_result i;

    CHECK(latchkey_version() == LATCHKEY_VERSION);
    CHECK(latchkey_version() >> 16 == LATCHKEY_VERSION_MAJOR);
    CHECK((latchkey_version() >> 8 & 0xff) == LATCHKEY_VERSION_MINOR);
    CHECK((latchkey_version() & 0xff) == LATCHKEY_VERSION_PATCH);
    snprintf(composed, sizeof composed, "%d.%d.%d", LATCHKEY_VERSION_MAJOR, LATCHKEY_VERSION_MINOR,
             LATCHKEY_VERSION_PATCH);
    CHECK(strcmp(composed, LATCHKEY_VERSION_STRING) == 0);

    CHECK(LATCHKEY_PORT_IN_USE == count - 1);
    for (i = 0; i < count; i++) CHECK(strcmp(latchkey_result_name(i), names[i]) == 0);
    CHECK(strcmp(latchkey_result_name(count), "LATCHKEY_UNKNOWN_RESULT") == 0);
    CHECK(strcmp(latchkey_result_name(-1), "LATCHKEY_UNKNOWN_RESULT") == 0);
    CHECK(strcmp(latchkey_result_name(INT32_MIN), "LATCHKEY_UNKNOWN_RESULT") == 0);
    CHECK(strcmp(latchkey_result_name(INT32_MAX), "LATCHKEY_UNKNOWN_RESULT") == 0);
}

/* Hosts in other languages write these offsets down. */
static void test_layout(void) {
    if (sizeof(void *) != 8) return;

    CHECK(sizeof(latchkey_result) == 4);

    CHECK(offsetof(latchkey_config, struct_size) == 0);
    CHECK(offsetof(latchkey_config, redirect_host) == 4);
    CHECK(offsetof(latchkey_config, issuer) == 8);
    CHECK(offsetof(latchkey_config, client_id) == 16);
    CHECK(offsetof(latchkey_config, client_secret) == 24);
    CHECK(offsetof(latchkey_config, scopes) == 32);
    CHECK(offsetof(latchkey_config, authorization_endpoint) == 40);
    CHECK(offsetof(latchkey_config, token_endpoint) == 48);
    CHECK(offsetof(latchkey_config, userinfo_endpoint) == 56);
    CHECK(offsetof(latchkey_config, jwks_uri) == 64);
    CHECK(offsetof(latchkey_config, revocation_endpoint) == 72);
    CHECK(offsetof(latchkey_config, end_session_endpoint) == 80);
    CHECK(offsetof(latchkey_config, redirect_ports) == 88);
    CHECK(offsetof(latchkey_config, redirect_port_count) == 96);
    CHECK(offsetof(latchkey_config, browser) == 100);
    CHECK(offsetof(latchkey_config, redirect_path) == 104);
    CHECK(offsetof(latchkey_config, post_logout_path) == 112);
    CHECK(offsetof(latchkey_config, login_timeout_ms) == 120);
    CHECK(offsetof(latchkey_config, clock_leeway_s) == 124);
    CHECK(offsetof(latchkey_config, wanted_claims) == 128);
    CHECK(offsetof(latchkey_config, subject_claim) == 136);
    CHECK(offsetof(latchkey_config, roles_claim) == 144);
    CHECK(offsetof(latchkey_config, permissions_claim) == 152);
    CHECK(offsetof(latchkey_config, tenants_claim) == 160);
    CHECK(offsetof(latchkey_config, ca_certificates) == 168);
    CHECK(offsetof(latchkey_config, page_title) == 176);
    CHECK(offsetof(latchkey_config, page_message) == 184);
    CHECK(offsetof(latchkey_config, page_color) == 192);
    CHECK(offsetof(latchkey_config, client_auth) == 200);
    CHECK(offsetof(latchkey_config, storage) == 204);
    CHECK(offsetof(latchkey_config, profile_slot) == 208);
    CHECK(offsetof(latchkey_config, store) == 216);
    CHECK(offsetof(latchkey_config, default_token_lifetime_s) == 224);
    CHECK(offsetof(latchkey_config, reserved) == 228);
    CHECK(offsetof(latchkey_config, device_authorization_endpoint) == 232);
    CHECK(sizeof(latchkey_config) == 240);

    CHECK(offsetof(latchkey_store, context) == 8);
    CHECK(offsetof(latchkey_store, load) == 16);
    CHECK(offsetof(latchkey_store, erase) == 32);
    CHECK(sizeof(latchkey_store) == 40);

    CHECK(offsetof(latchkey_parameter, name) == 0);
    CHECK(offsetof(latchkey_parameter, value) == 8);
    CHECK(sizeof(latchkey_parameter) == 16);

    CHECK(offsetof(latchkey_login_options, struct_size) == 0);
    CHECK(offsetof(latchkey_login_options, flags) == 4);
    CHECK(offsetof(latchkey_login_options, prompt) == 8);
    CHECK(offsetof(latchkey_login_options, login_hint) == 16);
    CHECK(offsetof(latchkey_login_options, acr_values) == 24);
    CHECK(offsetof(latchkey_login_options, ui_locales) == 32);
    CHECK(offsetof(latchkey_login_options, audience) == 40);
    CHECK(offsetof(latchkey_login_options, resource) == 48);
    CHECK(offsetof(latchkey_login_options, scopes) == 56);
    CHECK(offsetof(latchkey_login_options, extra_parameters) == 64);
    CHECK(offsetof(latchkey_login_options, extra_parameter_count) == 72);
    CHECK(offsetof(latchkey_login_options, max_age_s) == 76);
    CHECK(offsetof(latchkey_login_options, login_timeout_ms) == 80);
    CHECK(offsetof(latchkey_login_options, reserved) == 84);
    CHECK(sizeof(latchkey_login_options) == 88);

    CHECK(offsetof(latchkey_status, struct_size) == 0);
    CHECK(offsetof(latchkey_status, state) == 4);
    CHECK(offsetof(latchkey_status, error) == 8);
    CHECK(offsetof(latchkey_status, error_detail) == 12);
    CHECK(offsetof(latchkey_status, flags) == 16);
    CHECK(offsetof(latchkey_status, reserved) == 20);
    CHECK(offsetof(latchkey_status, login_id) == 24);
    CHECK(offsetof(latchkey_status, deadline) == 32);
    CHECK(offsetof(latchkey_status, revision) == 40);
    CHECK(sizeof(latchkey_status) == 48);
}

/* Every call that takes a client, with one that is none: NULL, destroyed, or from before a shutdown. */
static void every_call_refuses(latchkey_client *client) {
    const latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_status status = LATCHKEY_STATUS_INIT;
    latchkey_prompt *prompt = NULL;
    latchkey_profile *profile = NULL;
    latchkey_token *token = NULL;
    size_t needed = 77;
    char buffer[8] = "before";

    status.revision = 77;
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_poll_status(client, &status));
    CHECK(status.revision == 77);
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_start_login(client, &options));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_cancel_login(client));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_get_prompt(client, &prompt));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_get_profile(client, &profile));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_get_access_token(client, 0, &token));
    CHECK(prompt == NULL && profile == NULL && token == NULL);
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_refresh_session(client));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_resume_session(client));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_logout(client, LATCHKEY_LOGOUT_LOCAL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_client_error(client, buffer, sizeof buffer, &needed));
    CHECK(needed == 77 && strcmp(buffer, "before") == 0);
    latchkey_client_destroy(client);
}

static void test_null(void) {
    const latchkey_config config = usable_config();
    const latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_client *client = NULL;
    char buffer[8] = "before";
    size_t needed = 0;
    uint32_t kind = 77;

    every_call_refuses(NULL);

    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_config_check(NULL, NULL, 0, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_config_check(NULL, buffer, sizeof buffer, &needed));
    CHECK(needed > sizeof buffer && strcmp(buffer, "before") != 0);
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_config_check(&config, NULL, 1, NULL));
    CHECK_RESULT(LATCHKEY_OK, latchkey_config_check(&config, NULL, 0, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_client_create(NULL, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_client_create(&config, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_client_create(NULL, &client));
    CHECK(client == NULL);

    client = new_client(config);
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_poll_status(client, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_start_login(client, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_start_login(NULL, &options));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_get_prompt(client, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_get_profile(client, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_get_access_token(client, 0, NULL));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_client_error(client, NULL, 1, NULL));
    CHECK_RESULT(LATCHKEY_OK, latchkey_client_error(client, NULL, 0, NULL));
    latchkey_client_destroy(client);

    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_prompt_kind(NULL, &kind));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_prompt_kind(NULL, NULL));
    CHECK(kind == 77);
    CHECK(latchkey_prompt_url(NULL) == NULL);
    CHECK(latchkey_prompt_user_code(NULL) == NULL);
    CHECK(latchkey_prompt_verification_url(NULL) == NULL);
    CHECK(latchkey_prompt_qr_size(NULL) == 0);
    CHECK(latchkey_prompt_qr_modules(NULL) == NULL);
    CHECK(latchkey_profile_subject(NULL) == NULL);
    CHECK(latchkey_profile_name(NULL) == NULL);
    CHECK(latchkey_profile_email(NULL) == NULL);
    CHECK(latchkey_profile_email_verified(NULL) == 0);
    CHECK(latchkey_profile_picture(NULL) == NULL);
    CHECK(latchkey_profile_preferred_username(NULL) == NULL);
    CHECK(latchkey_profile_locale(NULL) == NULL);
    CHECK(latchkey_profile_role_count(NULL) == 0);
    CHECK(latchkey_profile_role(NULL, 0) == NULL);
    CHECK(latchkey_profile_has_role(NULL, "admin") == 0);
    CHECK(latchkey_profile_has_role(NULL, NULL) == 0);
    CHECK(latchkey_profile_permission_count(NULL) == 0);
    CHECK(latchkey_profile_permission(NULL, 0) == NULL);
    CHECK(latchkey_profile_has_permission(NULL, "chat") == 0);
    CHECK(latchkey_profile_has_permission(NULL, NULL) == 0);
    CHECK(latchkey_profile_tenant_count(NULL) == 0);
    CHECK(latchkey_profile_tenant(NULL, 0) == NULL);
    CHECK(latchkey_profile_claim(NULL, "sub") == NULL);
    CHECK(latchkey_profile_claim(NULL, NULL) == NULL);
    CHECK(latchkey_profile_json(NULL) == NULL);
    CHECK(latchkey_token_text(NULL) == NULL);
    CHECK(latchkey_token_type(NULL) == NULL);
    CHECK(latchkey_token_scopes(NULL) == NULL);
    CHECK(latchkey_token_expires_at(NULL) == 0);
    latchkey_prompt_free(NULL);
    latchkey_profile_free(NULL);
    latchkey_token_free(NULL);
    latchkey_client_destroy(NULL);
}

#define TAIL 64

/* The structs of a header that is newer than the library. */
struct newer_config {
    latchkey_config known;
    unsigned char tail[TAIL];
};
struct newer_options {
    latchkey_login_options known;
    unsigned char tail[TAIL];
};
struct newer_status {
    latchkey_status known;
    unsigned char tail[TAIL];
};

static void test_struct_sizes(void) {
    static const uint32_t wrong_sizes[] = {0, 1, 4, 7, 8, 16, 47, 4097, 0x7fffffff, 0xffffffff};
    struct newer_config config;
    struct newer_options options;
    struct newer_status status;
    latchkey_client *client;
    size_t i;

    memset(&config, 0, sizeof config);
    memset(&options, 0, sizeof options);
    memset(&status, 0, sizeof status);
    config.known = usable_config();
    client = new_client(config.known);

    for (i = 0; i < sizeof wrong_sizes / sizeof wrong_sizes[0]; i++) {
        config.known.struct_size = wrong_sizes[i];
        refused(LATCHKEY_INVALID_ARGUMENT, config.known, "LATCHKEY_CONFIG_INIT");
        options.known.struct_size = wrong_sizes[i];
        CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_start_login(client, &options.known));
        status.known.struct_size = wrong_sizes[i];
        CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_poll_status(client, &status.known));
    }
    CHECK(status.known.state == 0 && status.known.login_id == 0);

    config.known.struct_size = sizeof config;
    CHECK_RESULT(LATCHKEY_OK, latchkey_config_check(&config.known, NULL, 0, NULL));
    config.tail[TAIL - 1] = 1;
    CHECK_RESULT(LATCHKEY_NOT_SUPPORTED, latchkey_config_check(&config.known, NULL, 0, NULL));

    options.known.struct_size = sizeof options;
    options.tail[0] = 1;
    CHECK_RESULT(LATCHKEY_NOT_SUPPORTED, latchkey_start_login(client, &options.known));
    options.tail[0] = 0;
    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(client, &options.known));

    status.known.struct_size = sizeof status;
    memset(status.tail, 0xa5, sizeof status.tail);
    CHECK_RESULT(LATCHKEY_OK, latchkey_poll_status(client, &status.known));
    CHECK(status.known.struct_size == sizeof status);
    CHECK(status.known.login_id == 1);
    for (i = 0; i < TAIL; i++) CHECK(status.tail[i] == 0xa5);

    latchkey_client_destroy(client);
}

static void test_configurations(void) {
    static const char *const bad_issuers[] = {
        "id.example.com", "not a URL", "/path", "ftp://id.example.com", "https://", "https://user@id.example.com",
    };
    static const uint16_t no_port[] = {8400, 0};
    latchkey_config config;
    size_t i;

    CHECK_RESULT(LATCHKEY_OK, (config = usable_config(), latchkey_config_check(&config, NULL, 0, NULL)));
    CHECK_RESULT(LATCHKEY_OK, (config = offline_config(), latchkey_config_check(&config, NULL, 0, NULL)));

    for (i = 0; i < sizeof bad_issuers / sizeof bad_issuers[0]; i++) {
        config = usable_config();
        config.issuer = bad_issuers[i];
        refused(LATCHKEY_CONFIGURATION, config, "issuer");
    }
    config.issuer = "http://id.example.com";
    refused(LATCHKEY_CONFIGURATION, config, "https://");
    config.issuer = "";
    refused(LATCHKEY_CONFIGURATION, config, "issuer");
    config.issuer = "\xff\xfe";
    refused(LATCHKEY_INVALID_ARGUMENT, config, "UTF-8");

    config = usable_config();
    config.client_id = NULL;
    refused(LATCHKEY_CONFIGURATION, config, "client_id");
    config.client_id = "\xc3(";
    refused(LATCHKEY_INVALID_ARGUMENT, config, "UTF-8");

    config = usable_config();
    config.storage = 99;
    refused(LATCHKEY_INVALID_ARGUMENT, config, "LATCHKEY_STORAGE_");
    config.storage = LATCHKEY_STORAGE_HOST;
    refused(LATCHKEY_CONFIGURATION, config, "store");
    config = usable_config();
    config.profile_slot = "a\tb";
    refused(LATCHKEY_CONFIGURATION, config, "profile_slot");

    config = usable_config();
    config.redirect_host = 99;
    refused(LATCHKEY_INVALID_ARGUMENT, config, "LATCHKEY_REDIRECT_");
    config = usable_config();
    config.browser = 99;
    refused(LATCHKEY_INVALID_ARGUMENT, config, "LATCHKEY_BROWSER_");
    config = usable_config();
    config.client_auth = 99;
    refused(LATCHKEY_INVALID_ARGUMENT, config, "LATCHKEY_CLIENT_AUTH_");

    config = usable_config();
    config.redirect_port_count = 1;
    refused(LATCHKEY_INVALID_ARGUMENT, config, "redirect_ports");
    config.redirect_ports = no_port;
    config.redirect_port_count = 0xffffffff;
    refused(LATCHKEY_INVALID_ARGUMENT, config, "redirect_ports");
    config.redirect_port_count = 2;
    refused(LATCHKEY_CONFIGURATION, config, "redirect_ports");

    config = usable_config();
    config.clock_leeway_s = 601;
    refused(LATCHKEY_CONFIGURATION, config, "clock_leeway_s");
    config = usable_config();
    config.login_timeout_ms = 0xffffffff;
    refused(LATCHKEY_CONFIGURATION, config, "login_timeout_ms");
}

static void test_login_options(void) {
    latchkey_client *const client = new_client(offline_config());
    latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_parameter parameter = {"state", "mine"};
    latchkey_status status = LATCHKEY_STATUS_INIT;

    options.login_hint = "\x80";
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_start_login(client, &options));
    options.login_hint = NULL;
    options.extra_parameter_count = 1;
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_start_login(client, &options));
    options.extra_parameters = &parameter;
    CHECK_RESULT(LATCHKEY_CONFIGURATION, latchkey_start_login(client, &options));
    parameter.name = NULL;
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_start_login(client, &options));
    parameter.name = "theme";
    parameter.value = NULL;
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_start_login(client, &options));

    CHECK_RESULT(LATCHKEY_OK, latchkey_poll_status(client, &status));
    CHECK(status.state == LATCHKEY_STATE_SIGNED_OUT && status.login_id == 0);
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_logout(client, 99));
    latchkey_client_destroy(client);
}

static int is_utf8(const char *text) {
    const unsigned char *byte = (const unsigned char *)text;
    while (*byte != '\0') {
        int following = *byte < 0x80 ? 0 : *byte >= 0xf0 ? 3 : *byte >= 0xe0 ? 2 : *byte >= 0xc0 ? 1 : -1;
        if (following < 0) return 0;
        for (byte++; following > 0; following--, byte++) {
            if ((*byte & 0xc0) != 0x80) return 0;
        }
    }
    return 1;
}

static void test_texts_are_cut_at_characters(void) {
    latchkey_config config = usable_config();
    char whole[512] = "";
    char cut[512];
    size_t needed = 0, capacity;

    config.issuer = "http://b\xc3\xbc" "cher.example/\xe6\x97\xa5\xe6\x9c\xac/\xf0\x9f\x94\x91";
    CHECK_RESULT(LATCHKEY_CONFIGURATION, latchkey_config_check(&config, whole, sizeof whole, &needed));
    CHECK(needed == strlen(whole) + 1);
    CHECK(is_utf8(whole));
    CHECK(strstr(whole, "\xf0\x9f\x94\x91") != NULL);

    for (capacity = 1; capacity <= needed + 1; capacity++) {
        size_t again = 0;
        memset(cut, 'x', sizeof cut);
        CHECK_RESULT(LATCHKEY_CONFIGURATION, latchkey_config_check(&config, cut, capacity, &again));
        CHECK(again == needed);
        CHECK(strlen(cut) < capacity && strlen(cut) + 4 >= (capacity < needed ? capacity : needed));
        CHECK(is_utf8(cut));
        CHECK(strncmp(cut, whole, strlen(cut)) == 0);
        CHECK(cut[capacity] == 'x');
    }
    memset(cut, 'x', sizeof cut);
    CHECK_RESULT(LATCHKEY_CONFIGURATION, latchkey_config_check(&config, cut, 0, NULL));
    CHECK(cut[0] == 'x');
}

static void test_destroyed_clients(void) {
    const latchkey_config config = usable_config();
    latchkey_client *former = NULL;
    latchkey_client *client;
    int i;

    for (i = 0; i < 100; i++) {
        client = new_client(config);
        CHECK(client != former);
        if (i % 10 == 0) every_call_refuses(former);
        latchkey_client_destroy(client);
        latchkey_client_destroy(client);
        former = client;
    }
    every_call_refuses(former);
}

struct heard {
    int records;
    int longest_level;
    int was_refused;
    char last[256];
};

static void hear(void *context, uint32_t level, const char *message) {
    struct heard *const heard = (struct heard *)context;
    heard->records++;
    if ((int)level > heard->longest_level) heard->longest_level = (int)level;
    heard->was_refused = latchkey_set_log_sink(NULL, NULL, LATCHKEY_LOG_ERROR) == LATCHKEY_INVALID_STATE &&
                         latchkey_shutdown(1000) == LATCHKEY_INVALID_STATE;
    snprintf(heard->last, sizeof heard->last, "%s", message);
}

static void test_log_sink(void) {
    struct heard heard = {0, 0, 0, ""};
    latchkey_config config = usable_config();
    latchkey_client *client = NULL;
    int records;

    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_set_log_sink(hear, &heard, 0));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_set_log_sink(hear, &heard, 5));
    CHECK_RESULT(LATCHKEY_OK, latchkey_set_log_sink(hear, &heard, LATCHKEY_LOG_ERROR));
    CHECK(heard.records == 0);

    config.issuer = "nowhere";
    CHECK_RESULT(LATCHKEY_CONFIGURATION, latchkey_client_create(&config, &client));
    CHECK_RESULT(LATCHKEY_OK, latchkey_set_log_sink(NULL, NULL, LATCHKEY_LOG_ERROR));
    CHECK(heard.records == 1);
    CHECK(heard.longest_level == LATCHKEY_LOG_ERROR);
    CHECK(heard.was_refused);
    CHECK(strstr(heard.last, "issuer") != NULL);

    records = heard.records;
    CHECK_RESULT(LATCHKEY_CONFIGURATION, latchkey_client_create(&config, &client));
    CHECK(heard.records == records);
}

static void test_refused_connection(void) {
    latchkey_client *const client = new_client(usable_config());
    const latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_status status = LATCHKEY_STATUS_INIT;
    char sentence[512] = "";
    size_t needed = 0;

    CHECK_RESULT(LATCHKEY_OK, latchkey_poll_status(client, &status));
    CHECK(status.struct_size == sizeof status);
    CHECK(status.state == LATCHKEY_STATE_SIGNED_OUT && status.error == LATCHKEY_OK && status.deadline == 0);

    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(client, &options));
    CHECK(reaches(client, LATCHKEY_STATE_SIGNED_OUT, &status));
    CHECK_RESULT(LATCHKEY_NETWORK, status.error);
    CHECK(status.login_id == 1 && status.revision > 0 && status.deadline == 0);
    CHECK_RESULT(LATCHKEY_OK, latchkey_client_error(client, sentence, sizeof sentence, &needed));
    CHECK(needed > 1 && needed == strlen(sentence) + 1);
    CHECK(is_utf8(sentence));

    latchkey_client_destroy(client);
}

/* A host's vault that holds nothing, or that is out of order. Its functions run on a thread of the library's, so they count for
   themselves what is not as it should be. */
struct vault {
    latchkey_result answer;
    int loads, erasures, mistakes;
    char key[81];
};

static latchkey_result vault_load(void *context, const char *key, uint8_t *buffer, size_t capacity, size_t *out_size) {
    struct vault *const vault = (struct vault *)context;
    vault->mistakes += buffer == NULL || capacity != 64 * 1024 || strlen(key) >= sizeof vault->key;
    snprintf(vault->key, sizeof vault->key, "%s", key);
    vault->loads++;
    *out_size = 0;
    return vault->answer;
}

static latchkey_result vault_save(void *context, const char *key, const uint8_t *data, size_t size) {
    struct vault *const vault = (struct vault *)context;
    (void)key, (void)data, (void)size;
    vault->mistakes++; /* Nobody has signed in. */
    return LATCHKEY_OK;
}

static latchkey_result vault_erase(void *context, const char *key) {
    struct vault *const vault = (struct vault *)context;
    vault->mistakes += strcmp(vault->key, key) != 0;
    vault->erasures++;
    return vault->answer;
}

static void test_host_vault(void) {
    struct vault vault = {LATCHKEY_OK, 0, 0, 0, ""};
    latchkey_store store = LATCHKEY_STORE_INIT;
    latchkey_config config = offline_config();
    latchkey_status status = LATCHKEY_STATUS_INIT;
    latchkey_client *client = NULL;

    config.storage = LATCHKEY_STORAGE_HOST;
    config.store = &store;
    refused(LATCHKEY_INVALID_ARGUMENT, config, "load");
    store.load = vault_load;
    store.save = vault_save;
    refused(LATCHKEY_INVALID_ARGUMENT, config, "erase");
    store.erase = vault_erase;
    store.context = &vault;
    config.storage = LATCHKEY_STORAGE_SYSTEM;
    refused(LATCHKEY_CONFIGURATION, config, "LATCHKEY_STORAGE_HOST");
    config.storage = LATCHKEY_STORAGE_HOST;

    client = new_client(config);
    CHECK_RESULT(LATCHKEY_OK, latchkey_resume_session(client));
    CHECK(reaches(client, LATCHKEY_STATE_SIGNED_OUT, &status));
    CHECK(status.error == LATCHKEY_OK && vault.loads == 1 && vault.key[0] != '\0');
    CHECK_RESULT(LATCHKEY_OK, latchkey_logout(client, LATCHKEY_LOGOUT_LOCAL));
    CHECK(reaches(client, LATCHKEY_STATE_SIGNED_OUT, &status));
    CHECK(status.error == LATCHKEY_OK && vault.erasures == 1);

    vault.answer = LATCHKEY_STORE_UNAVAILABLE;
    CHECK_RESULT(LATCHKEY_OK, latchkey_resume_session(client));
    CHECK(reaches(client, LATCHKEY_STATE_SIGNED_OUT, &status));
    CHECK(status.error == LATCHKEY_STORE_UNAVAILABLE);
    latchkey_client_destroy(client);
    /* Not before this may the vault go. */
    CHECK_RESULT(LATCHKEY_OK, latchkey_shutdown(2000));
    CHECK(vault.mistakes == 0);
}

static void test_waiting_login(void) {
    latchkey_client *const client = new_client(offline_config());
    const latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_login_options hurried = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_status status = LATCHKEY_STATUS_INIT;
    latchkey_prompt *prompt = NULL;
    latchkey_prompt *second = NULL;
    latchkey_profile *profile = NULL;
    latchkey_token *token = NULL;
    uint32_t kind = 77;

    CHECK_RESULT(LATCHKEY_INVALID_STATE, latchkey_cancel_login(client));
    CHECK_RESULT(LATCHKEY_INVALID_STATE, latchkey_get_prompt(client, &prompt));
    CHECK_RESULT(LATCHKEY_INVALID_STATE, latchkey_get_profile(client, &profile));
    CHECK_RESULT(LATCHKEY_INVALID_STATE, latchkey_get_access_token(client, 0, &token));
    CHECK_RESULT(LATCHKEY_INVALID_STATE, latchkey_refresh_session(client));
    CHECK_RESULT(LATCHKEY_OK, latchkey_resume_session(client));
    CHECK_RESULT(LATCHKEY_OK, latchkey_logout(client, LATCHKEY_LOGOUT_END_SESSION));

    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(client, &options));
    CHECK(reaches(client, LATCHKEY_STATE_WAITING_FOR_PLAYER, &status));
    CHECK(status.login_id == 1 && status.error == LATCHKEY_OK && status.deadline > 0);
    CHECK_RESULT(LATCHKEY_INVALID_STATE, latchkey_resume_session(client));
    CHECK_RESULT(LATCHKEY_INVALID_STATE, latchkey_get_profile(client, &profile));
    CHECK_RESULT(LATCHKEY_OK, latchkey_get_prompt(client, &prompt));
    CHECK_RESULT(LATCHKEY_INVALID_ARGUMENT, latchkey_prompt_kind(prompt, NULL));
    CHECK_RESULT(LATCHKEY_OK, latchkey_prompt_kind(prompt, &kind));
    CHECK(kind == LATCHKEY_PROMPT_LOGIN);
    CHECK(strncmp(latchkey_prompt_url(prompt), "http://127.0.0.1:1/authorize?", 29) == 0);
    CHECK(latchkey_prompt_user_code(prompt) == NULL && latchkey_prompt_verification_url(prompt) == NULL);
    CHECK(latchkey_prompt_qr_size(prompt) == 0 && latchkey_prompt_qr_modules(prompt) == NULL);

    /* The player closed the tab and clicks again. */
    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(client, &options));
    CHECK(reaches(client, LATCHKEY_STATE_WAITING_FOR_PLAYER, &status));
    CHECK(status.login_id == 2);
    CHECK_RESULT(LATCHKEY_OK, latchkey_get_prompt(client, &second));
    CHECK(strcmp(latchkey_prompt_url(prompt), latchkey_prompt_url(second)) != 0);
    latchkey_prompt_free(second);

    CHECK_RESULT(LATCHKEY_OK, latchkey_cancel_login(client));
    CHECK(reaches(client, LATCHKEY_STATE_SIGNED_OUT, &status));
    CHECK_RESULT(LATCHKEY_CANCELLED, status.error);
    CHECK_RESULT(LATCHKEY_INVALID_STATE, latchkey_cancel_login(client));

    hurried.login_timeout_ms = 20;
    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(client, &hurried));
    CHECK(reaches(client, LATCHKEY_STATE_SIGNED_OUT, &status));
    CHECK_RESULT(LATCHKEY_TIMED_OUT, status.error);

    CHECK(prompt != NULL && profile == NULL && token == NULL);
    latchkey_client_destroy(client);
    CHECK(strncmp(latchkey_prompt_url(prompt), "http://127.0.0.1:1/authorize?", 29) == 0);
    latchkey_prompt_free(prompt);
}

/* Endpoints one by one, and none for this: said in the status, in words, and no other way is tried instead. */
static void test_another_screen(void) {
    latchkey_client *const client = new_client(offline_config());
    latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_status status = LATCHKEY_STATUS_INIT;
    char sentence[512];

    options.flags = LATCHKEY_LOGIN_DEVICE;
    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(client, &options));
    CHECK(reaches(client, LATCHKEY_STATE_SIGNED_OUT, &status));
    CHECK_RESULT(LATCHKEY_NOT_SUPPORTED, status.error);
    CHECK_RESULT(LATCHKEY_OK, latchkey_client_error(client, sentence, sizeof sentence, NULL));
    CHECK(strstr(sentence, "device_authorization_endpoint") != NULL);

    options.flags = LATCHKEY_LOGIN_DEVICE << 1;
    CHECK_RESULT(LATCHKEY_NOT_SUPPORTED, latchkey_start_login(client, &options));
    latchkey_client_destroy(client);
}

static void test_shutdown(void) {
    latchkey_client *const left = new_client(offline_config());
    const latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_status status = LATCHKEY_STATUS_INIT;
    latchkey_client *again;

    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(left, &options));
    CHECK(reaches(left, LATCHKEY_STATE_WAITING_FOR_PLAYER, &status));
    CHECK_RESULT(LATCHKEY_OK, latchkey_shutdown(5000));
    every_call_refuses(left);
    CHECK_RESULT(LATCHKEY_OK, latchkey_shutdown(5000));

    again = new_client(offline_config());
    every_call_refuses(left);
    CHECK_RESULT(LATCHKEY_OK, latchkey_start_login(again, &options));
    CHECK(reaches(again, LATCHKEY_STATE_WAITING_FOR_PLAYER, &status));
    latchkey_client_destroy(again);
    CHECK_RESULT(LATCHKEY_OK, latchkey_shutdown(5000));
    CHECK_RESULT(LATCHKEY_OK, latchkey_shutdown(0));
}

int main(void) {
    /* Before anything was created there is nothing to end. */
    CHECK_RESULT(LATCHKEY_OK, latchkey_shutdown(0));

    test_version_and_names();
    test_layout();
    test_null();
    test_struct_sizes();
    test_configurations();
    test_login_options();
    test_texts_are_cut_at_characters();
    test_destroyed_clients();
    test_log_sink();
    test_refused_connection();
    test_waiting_login();
    test_another_screen();
    test_host_vault();
    test_shutdown();

    return checks_done();
}
