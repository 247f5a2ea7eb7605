/*
 * Signs a player in the way a game does: start once, then look at the status once a frame. With --remember it first takes
 * up the session of last time, and asks for a sign-in only if there is none. With --device the player signs in on another screen.
 *
 * What a game takes from here is run_frames() and next_step(): no call in them waits, so they fit into any loop. Once
 * somebody is signed in, this program also fetches a new access token, and signs out again unless it is to remember, to
 * show each call once.
 */

#include "clock.h"
#include "options.h"
#include "qr.h"

#include <latchkey.h>

#include <stdio.h>
#include <time.h>

#ifdef LATCHKEY_SHORT_NAMES
/* The header then has the four verbs as bare words. This spells the calls below that way; the functions are the same. */
#define latchkey_start_login start_login
#define latchkey_poll_status poll_status
#define latchkey_get_profile get_profile
#define latchkey_logout logout
#endif

#define FRAMES_PER_SECOND 60
#define SHUTDOWN_TIMEOUT_MS 2000

enum step { RESUMING, SIGNING_IN, SIGNED_IN, REFRESHING, SIGNING_OUT, DONE };

struct game {
    const struct options *options;
    latchkey_client *client;
    latchkey_status status;
    enum step step;
    int resumed, persisted;
    double launch, longest_poll;
    unsigned long polls;
};

/* Called on the library's own thread or on ours: short, and no calls into the library. */
static void log_to_stderr(void *context, uint32_t level, const char *message) {
    (void)context;
    fprintf(stderr, "%s: %s\n", level == LATCHKEY_LOG_ERROR ? "error" : "warning", message);
}

static const char *in_words(uint32_t state, const struct game *game) {
    switch (state) {
    case LATCHKEY_STATE_SIGNED_OUT: return "signed out";
    case LATCHKEY_STATE_STARTING:
        return game->step == RESUMING ? "looking for the session of last time" : "looking the provider up";
    case LATCHKEY_STATE_WAITING_FOR_PLAYER:
        return game->options->device ? "waiting for the player on another screen" : "waiting for the player in the browser";
    case LATCHKEY_STATE_COMPLETING: return "completing the sign-in";
    case LATCHKEY_STATE_SIGNED_IN: return "signed in";
    case LATCHKEY_STATE_SIGNING_OUT: return "signing out";
    default: return "in a state that is newer than this program";
    }
}

/*
 * A game draws these three at its own size. The code belongs beside the QR code: the other screen asks whether it is the same, so
 * that nobody signs in for a stranger's game.
 */
static void show_on_another_screen(const latchkey_prompt *prompt) {
    printf("go to: %s\n", latchkey_prompt_verification_url(prompt));
    printf("code: %s\n", latchkey_prompt_user_code(prompt));
    printf("or scan: %s\n", latchkey_prompt_url(prompt));
    print_qr(latchkey_prompt_qr_modules(prompt), (int)latchkey_prompt_qr_size(prompt));
}

/* A launcher or an overlay would open the URL; here whoever reads the line does. */
static latchkey_result show_prompt(const latchkey_client *client) {
    latchkey_prompt *prompt = NULL;
    const latchkey_result result = latchkey_get_prompt(client, &prompt);
    uint32_t kind = LATCHKEY_PROMPT_LOGIN;

    if (result == LATCHKEY_INVALID_STATE) return LATCHKEY_OK; /* Over since the poll: the next frame says how. */
    if (result != LATCHKEY_OK) return result;
    latchkey_prompt_kind(prompt, &kind);
    if (kind == LATCHKEY_PROMPT_DEVICE) show_on_another_screen(prompt);
    else printf("open: %s\n", latchkey_prompt_url(prompt));
    latchkey_prompt_free(prompt);
    return LATCHKEY_OK;
}

static latchkey_result show_profile(const latchkey_client *client) {
    latchkey_profile *profile = NULL;
    const latchkey_result result = latchkey_get_profile(client, &profile);
    const char *name, *email;
    size_t i;

    if (result != LATCHKEY_OK) return result;
    name = latchkey_profile_name(profile);
    email = latchkey_profile_email(profile);
    printf("  name:    %s\n", name ? name : "(none)");
    printf("  e-mail:  %s", email ? email : "(none)");
    if (email) printf(" (%s)", latchkey_profile_email_verified(profile) ? "verified" : "not verified");
    printf("\n  subject: %s\n", latchkey_profile_subject(profile));
    for (i = 0; i < latchkey_profile_role_count(profile); i++) {
        printf("%s%s", i == 0 ? "  roles:   " : ", ", latchkey_profile_role(profile, i));
    }
    if (i > 0) printf("\n");
    latchkey_profile_free(profile);
    return LATCHKEY_OK;
}

/* The token itself goes to the game's server and nowhere else, not even onto a screen. */
static latchkey_result show_access_token(latchkey_client *client) {
    latchkey_token *token = NULL;
    const latchkey_result result = latchkey_get_access_token(client, 0, &token);
    int64_t expires_at;

    if (result != LATCHKEY_OK) return result;
    expires_at = latchkey_token_expires_at(token);
    printf("access token: %s, scopes: %s", latchkey_token_type(token), latchkey_token_scopes(token));
    if (expires_at != 0) printf(", %ld s left", (long)(expires_at - (int64_t)time(NULL)));
    printf("\n");
    latchkey_token_free(token);
    return LATCHKEY_OK;
}

static latchkey_result sign_in(struct game *game) {
    latchkey_login_options login = LATCHKEY_LOGIN_OPTIONS_INIT;

    if (game->options->device) login.flags = LATCHKEY_LOGIN_DEVICE;
    game->step = SIGNING_IN;
    game->resumed = 0;
    return latchkey_start_login(game->client, &login);
}

static latchkey_result sign_out(struct game *game) {
    game->step = SIGNING_OUT;
    return latchkey_logout(game->client, LATCHKEY_LOGOUT_REVOKE);
}

/* Nobody could be signed in without a browser. That is no error, but it may have a reason, which the log has in words. */
static latchkey_result without_session(struct game *game, const char *what) {
    const latchkey_result reason = game->status.error;

    if (reason == LATCHKEY_OK) printf("%s\n", what);
    else printf("%s (%s)\n", what, latchkey_result_name(reason));
    if (game->options->remember) return sign_in(game);
    if (reason != LATCHKEY_OK) return sign_out(game); /* What can't be taken up can still be erased. */
    game->step = DONE;
    return LATCHKEY_OK;
}

/* A game that quits does nothing but destroy its client: what is kept stays, and the next launch takes it up. */
static latchkey_result come_to_an_end(struct game *game) {
    if (!game->options->remember || game->options->sign_out) return sign_out(game);
    if (game->status.flags & LATCHKEY_STATUS_PERSISTED) {
        printf("kept: start again with --remember, and nobody has to sign in; --sign-out ends the session\n");
        game->step = DONE;
        return LATCHKEY_OK;
    }
    printf("kept in memory only: no secret store here took the session, so it ends with this program\n");
    return sign_out(game);
}

/* What is stored is enough to play with; a game goes on and asks for a token when the flag has gone. */
static latchkey_result stay_offline(struct game *game) {
    printf("offline: the session is kept, and a token follows when the provider can be reached\n");
    return come_to_an_end(game);
}

static latchkey_result use_session(struct game *game) {
    latchkey_result result = show_access_token(game->client);

    if (result == LATCHKEY_PENDING) return LATCHKEY_OK; /* Being fetched: asked again when the status changes. */
    if (game->status.flags & LATCHKEY_STATUS_OFFLINE) return stay_offline(game);
    if (result != LATCHKEY_OK) return result;

    result = latchkey_refresh_session(game->client);
    if (result == LATCHKEY_NOT_SUPPORTED) {
        printf("not refreshed: the provider gave no refresh token (the scope offline_access asks for one)\n");
        return come_to_an_end(game);
    }
    game->step = REFRESHING;
    return result;
}

/* A session that was taken up is there at once: no request has been made yet. */
static latchkey_result greet(struct game *game) {
    const uint32_t flags = game->status.flags;
    const double since_launch = clock_seconds() - game->launch;
    const latchkey_result result = show_profile(game->client);

    if (result != LATCHKEY_OK) return result;
    printf("  session: %s, %.0f ms after the launch, ", game->resumed ? "resumed" : "new", since_launch * 1e3);
    game->persisted = (flags & LATCHKEY_STATUS_PERSISTED) != 0;
    printf("%s%s\n", game->persisted ? "PERSISTED" : "not persisted",
           flags & LATCHKEY_STATUS_OFFLINE ? ", OFFLINE" : "");
    game->step = SIGNED_IN;
    return use_session(game);
}

/* Runs in the frames in which the status has changed. A step that is not over yet goes on in a later one. */
static latchkey_result next_step(struct game *game) {
    const latchkey_status *const status = &game->status;
    const int nobody = status->state == LATCHKEY_STATE_SIGNED_OUT;

    switch (game->step) {
    case RESUMING:
        if (nobody) return without_session(game, "no session to resume");
        if (status->state != LATCHKEY_STATE_SIGNED_IN) return LATCHKEY_OK;
        game->resumed = 1;
        return greet(game);

    case SIGNING_IN:
        if (nobody) return status->error;
        return status->state == LATCHKEY_STATE_SIGNED_IN ? greet(game) : LATCHKEY_OK;

    case SIGNED_IN:
        if (nobody && game->resumed) return without_session(game, "the session of last time is over");
        return use_session(game);

    case REFRESHING:
        if (nobody && game->resumed) return without_session(game, "the session of last time is over");
        if (status->flags & LATCHKEY_STATUS_REFRESHING) return LATCHKEY_OK;
        if (status->flags & LATCHKEY_STATUS_OFFLINE) return stay_offline(game);
        if (status->error != LATCHKEY_OK) return status->error;
        printf("refreshed\n");
        return come_to_an_end(game);

    case SIGNING_OUT:
        if (status->state != LATCHKEY_STATE_SIGNED_OUT) return LATCHKEY_OK;
        game->step = DONE;
        if (status->error == LATCHKEY_STORE_UNAVAILABLE && game->options->remember && !game->persisted) {
            return LATCHKEY_OK; /* Said already: this session was never in the store. */
        }
        if (status->error != LATCHKEY_NOT_SUPPORTED) return status->error;
        printf("signed out on this device only: the provider has no revocation endpoint\n");
        return LATCHKEY_OK;

    case DONE: break;
    }
    return LATCHKEY_OK;
}

static latchkey_result show_state(const struct game *game) {
    const uint32_t state = game->status.state;

    const int shows = game->options->host_opens || game->options->device;

    printf("%s\n", in_words(state, game));
    if (state != LATCHKEY_STATE_WAITING_FOR_PLAYER || !shows) return LATCHKEY_OK;
    return show_prompt(game->client);
}

static latchkey_result poll_once(struct game *game) {
    const double start = clock_seconds();
    const latchkey_result result = latchkey_poll_status(game->client, &game->status);
    const double duration = clock_seconds() - start;

    if (duration > game->longest_poll) game->longest_poll = duration;
    game->polls++;
    return result;
}

static latchkey_result run_frames(struct game *game) {
    latchkey_result result = LATCHKEY_OK;

    while (result == LATCHKEY_OK && game->step != DONE) {
        const double frame_start = clock_seconds();
        const uint64_t last_revision = game->status.revision;
        const uint32_t last_state = game->status.state;

        result = poll_once(game);
        /* A sign-out with nobody signed in and no store changes nothing, and is over all the same. */
        if (result == LATCHKEY_OK && (game->status.revision != last_revision || game->step == SIGNING_OUT)) {
            if (game->status.state != last_state) result = show_state(game);
            if (result == LATCHKEY_OK) result = next_step(game);
            fflush(stdout);
        }

        /* The game moves and draws its world here. */

        clock_wait_until(frame_start + 1.0 / FRAMES_PER_SECOND);
    }
    return result;
}

static void configure(latchkey_config *config, const struct options *options) {
    config->issuer = options->issuer;
    config->client_id = options->client_id;
    config->scopes = options->scopes;
    config->redirect_ports = options->port ? &options->port : NULL;
    config->redirect_port_count = options->port ? 1 : 0;
    config->browser = options->host_opens ? LATCHKEY_BROWSER_HOST : LATCHKEY_BROWSER_SYSTEM;
    config->login_timeout_ms = options->timeout_s * 1000;
    config->storage = options->remember || options->sign_out ? LATCHKEY_STORAGE_SYSTEM : LATCHKEY_STORAGE_MEMORY;
    config->profile_slot = options->slot;
}

static latchkey_result start(struct game *game) {
    if (!game->options->remember && !game->options->sign_out) return sign_in(game);
    game->step = RESUMING;
    return latchkey_resume_session(game->client);
}

int main(int argc, char **argv) {
    const double launch = clock_seconds();
    const struct options options = parse_options(argc, argv);
    latchkey_config config = LATCHKEY_CONFIG_INIT;
    struct game game = {&options, NULL, LATCHKEY_STATUS_INIT, SIGNING_IN, 0, 0, launch, 0.0, 0};
    latchkey_result result, end;
    char sentence[1024] = "";

    configure(&config, &options);
    latchkey_set_log_sink(log_to_stderr, NULL, LATCHKEY_LOG_WARNING);
    result = latchkey_config_check(&config, sentence, sizeof sentence, NULL);
    if (result == LATCHKEY_OK) result = latchkey_client_create(&config, &game.client);
    if (result == LATCHKEY_OK) result = start(&game);
    if (result == LATCHKEY_OK) result = run_frames(&game);
    if (game.client) latchkey_client_error(game.client, sentence, sizeof sentence, NULL);
    latchkey_client_destroy(game.client);
    end = latchkey_shutdown(SHUTDOWN_TIMEOUT_MS);

    printf("longest poll: %.1f us over %lu polls\n", game.longest_poll * 1e6, game.polls);
    if (result != LATCHKEY_OK) fprintf(stderr, "sign_in: %s: %s\n", latchkey_result_name(result), sentence);
    if (end != LATCHKEY_OK) fprintf(stderr, "sign_in: shutdown: %s\n", latchkey_result_name(end));
    return result == LATCHKEY_OK && end == LATCHKEY_OK ? 0 : 1;
}
