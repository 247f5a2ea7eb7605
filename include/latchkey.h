/*
 * Latchkey: signs players in through the system browser with any OAuth 2.0 / OpenID Connect provider.
 *
 *     latchkey_config config = LATCHKEY_CONFIG_INIT;
 *     latchkey_client *client = NULL;
 *     latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
 *     latchkey_status status = LATCHKEY_STATUS_INIT;
 *
 *     config.issuer = "https://id.example.com";
 *     config.client_id = "my-game";
 *     latchkey_client_create(&config, &client);
 *     latchkey_start_login(client, &options);
 *     ... each frame: latchkey_poll_status(client, &status); ...
 *     latchkey_client_destroy(client);
 *     latchkey_shutdown(2000);
 *
 * Conventions, for every function below:
 *
 * - What can fail returns a latchkey_result; outputs come last and are written only on success.
 * - NULL is accepted by every _free and _destroy, and answered with LATCHKEY_INVALID_ARGUMENT everywhere else; getters, which
 *   return a value, answer NULL or 0. A field of a struct may be NULL where it says so.
 * - Text is UTF-8 with a NUL at its end. What a getter points into lives until its object is freed.
 * - Any function may be called from any thread at any time. None blocks on the network, on the disk or on another thread's
 *   work, but latchkey_client_destroy and latchkey_shutdown, which say for how long; latchkey_set_log_sink waits for a record
 *   that is just being handed over.
 * - The library has one thread of its own, and lends others to calls that block (name look-ups, the system's certificate authorities,
 *   the secret store) for as long as they take. It calls the host only through the log sink and the hooks of latchkey_store,
 *   which say on which of them.
 * - Texts that are given to the library have at most 4,096 bytes each (the value of a parameter 2,048, ca_certificates 1 MiB); lists
 *   have at most 64 entries.
 * - Objects that are handed out (profile, token, prompt) are copies: free each once, also after the client is gone. They are
 *   read by any number of threads; freeing one that another thread reads is the host's mistake.
 * - Structs begin with their size, so that header and library may differ in version. Use the initialisers.
 *
 * This file is made from the library's source by `cargo xtask header`.
 */

#ifndef LATCHKEY_H
#define LATCHKEY_H

#include <stddef.h>
#include <stdint.h>

/** The version of this header. */
#define LATCHKEY_VERSION_MAJOR 0
#define LATCHKEY_VERSION_MINOR 1
#define LATCHKEY_VERSION_PATCH 0
#define LATCHKEY_VERSION (LATCHKEY_VERSION_MAJOR << 16 | LATCHKEY_VERSION_MINOR << 8 | LATCHKEY_VERSION_PATCH)
#define LATCHKEY_VERSION_STRING "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* -- Results -- */

/*
 * Every call that can fail returns a `latchkey_result`. Outputs are written only with `LATCHKEY_OK`.
 */

/**
 * What became of a call or of a login. A fixed-width integer: treat a value that this header does not name as a failure.
 * The values never change their meaning.
 */
typedef int32_t latchkey_result;

/** It worked. */
#define LATCHKEY_OK 0

/** A NULL, a size, an enum value or a text (not UTF-8) that the call does not accept, or a client that was destroyed. */
#define LATCHKEY_INVALID_ARGUMENT 1

/** The call makes no sense now: no login to cancel, no profile before `LATCHKEY_STATE_SIGNED_IN`, in a forked child. */
#define LATCHKEY_INVALID_STATE 2

/** The configuration can't work; the message names the field and says what to write. */
#define LATCHKEY_CONFIGURATION 3

/** The provider could not be reached, or the connection broke. Trying again may help. */
#define LATCHKEY_NETWORK 4

/** The provider answered with an error, or not with the protocol. The message has its OAuth error code and its words. */
#define LATCHKEY_PROVIDER_ERROR 5

/** The player said no, or the provider did on their behalf (`access_denied`, RFC 6749 section 4.1.2.1). */
#define LATCHKEY_DENIED 6

/** The host cancelled, or a newer login replaced this one. */
#define LATCHKEY_CANCELLED 7

/** The player did not finish in time; from `latchkey_shutdown`: something was still busy when the time was up. */
#define LATCHKEY_TIMED_OUT 8

/** A token failed a check; `error_detail` of the status says which (`LATCHKEY_CHECK_*`). */
#define LATCHKEY_TOKEN_REJECTED 9

/** The provider no longer accepts the session, or another program has ended it: the player has to sign in again. */
#define LATCHKEY_SESSION_EXPIRED 10

/** The secret store can't be used, or what is in it was altered or is of another version. */
#define LATCHKEY_STORE_UNAVAILABLE 11

/** The clock of this machine is so far behind that the provider's certificate is not valid yet; the message says what it shows. */
#define LATCHKEY_WRONG_CLOCK 12

/** Not on this platform, not with this provider, or asked for by a newer header than this library knows. */
#define LATCHKEY_NOT_SUPPORTED 13

/** A defect of the library. Nothing has crashed; please report the message. */
#define LATCHKEY_INTERNAL_ERROR 14

/** What was asked for is on its way: poll the status, then ask again. */
#define LATCHKEY_PENDING 15

/** No browser could be started on this machine; the host can show the URL instead (`LATCHKEY_BROWSER_HOST`). */
#define LATCHKEY_BROWSER_UNAVAILABLE 16

/** No port for the callback is free among those configured. */
#define LATCHKEY_PORT_IN_USE 17

/**
 * The name of a result, `"LATCHKEY_OK"` and so on, or `"LATCHKEY_UNKNOWN_RESULT"`. Static text; never NULL, never freed.
 * Any thread; never waits.
 */
const char *latchkey_result_name(latchkey_result result);

/* -- The library -- */

/*
 * Version, log and the end. There is nothing to initialise: the first client starts the library's one background thread.
 */

/** Log levels. A sink gets the records of its level and of those before it. */
#define LATCHKEY_LOG_ERROR 1

/** Something is odd, and the library goes on. */
#define LATCHKEY_LOG_WARNING 2

/** The steps of a login, one line each. */
#define LATCHKEY_LOG_INFO 3

/** Each request, with its host, status and duration. */
#define LATCHKEY_LOG_DEBUG 4

/**
 * Receives one record. `message` is UTF-8, without a newline, and lives until the function returns. The library puts no token, code,
 * verifier, state or secret into one, at any level.
 *
 * Thread: the library's background thread, one that it has lent to a call that blocks (see the conventions on top), or whichever
 * thread is calling the library; two may come at once. Be short, and do not call the library from here: `latchkey_set_log_sink` would
 * answer `LATCHKEY_INVALID_STATE`.
 */
typedef void (*latchkey_log_sink)(void *context, uint32_t level, const char *message);

/**
 * The version of the library that is loaded, composed like `LATCHKEY_VERSION` (`major << 16 | minor << 8 | patch`).
 * Within one major version an older header works with a newer library, and the other way round. Any thread; never waits.
 */
uint32_t latchkey_version(void);

/**
 * Gives the library's log to `sink`, with `context` passed through, or to nobody if `sink` is NULL (`context` may always be
 * NULL). `level` is one of `LATCHKEY_LOG_*`. When the call returns, the sink before it runs nowhere any more and its context
 * may be freed. May be called at any time, also before the first client. Any thread; waits only for a record that is being
 * handed over.
 *
 * Errors: `LATCHKEY_INVALID_ARGUMENT` for an unknown level; `LATCHKEY_INVALID_STATE` from inside a sink or in a forked child.
 */
latchkey_result latchkey_set_log_sink(latchkey_log_sink sink,
                                      void *context,
                                      uint32_t level);

/**
 * Ends everything: cancels logins, destroys every client that still exists, and stops the background thread. Waits for that,
 * for `timeout_ms` milliseconds at most; one of the two calls that wait (the other is `latchkey_client_destroy`). Afterwards
 * no thread, socket or file of the library is left, and a new client may be created, which starts it again. Without a client
 * ever made it does nothing. A client that another thread creates meanwhile is destroyed too, or starts the library again.
 * Profiles, tokens and prompts stay readable until they are freed. Any thread, but not a log sink's.
 *
 * The library stays in memory even when it is unloaded (it pins itself; the static one pins the module that it is linked into, on
 * Linux by the linker flag `-z nodelete` of its package), so that a late return into it can't crash; call this before the host's
 * module goes away, since the log sink is part of that module.
 *
 * Errors: `LATCHKEY_TIMED_OUT` when a call that blocks (a name look-up of the operating system, the secret store, a hook of the
 * host's) was still busy; its thread ends by itself. `LATCHKEY_INVALID_STATE` in a forked child or from inside a log sink.
 */
latchkey_result latchkey_shutdown(uint32_t timeout_ms);

/* -- Storage -- */

/*
 * Where a session is kept between launches (`latchkey_config.storage`), and the hooks for a host that has a vault of its own.
 */

/** In memory only: it ends with the process. */
#define LATCHKEY_STORAGE_MEMORY 0

/**
 * In the system's secret store: Credential Manager, Keychain, Secret Service. Where there is none, in memory, and the status
 * lacks `LATCHKEY_STATUS_PERSISTED`; the log says why. Never in a plain file.
 */
#define LATCHKEY_STORAGE_SYSTEM 1

/** In the host's own vault (`store`): consoles, engines with their own. */
#define LATCHKEY_STORAGE_HOST 2

/**
 * Puts what was saved under `key` into `buffer`, which has `capacity` bytes (64 KiB), and its size into `out_size`: 0 if there is
 * nothing, which is no error. Answers `LATCHKEY_OK`; anything else, best `LATCHKEY_STORE_UNAVAILABLE`, means that it is not known.
 */
typedef latchkey_result (*latchkey_store_load)(void *context,
                                               const char *key,
                                               uint8_t *buffer,
                                               size_t capacity,
                                               size_t *out_size);

/**
 * Keeps `size` bytes under `key`, whole or not at all, in place of what was there: when it fails the old ones must still be there.
 * Answers `LATCHKEY_OK`; anything else, best `LATCHKEY_STORE_UNAVAILABLE`, means that they are not kept.
 */
typedef latchkey_result (*latchkey_store_save)(void *context,
                                               const char *key,
                                               const uint8_t *data,
                                               size_t size);

/** Forgets what was saved under `key`; `LATCHKEY_OK` also if there was nothing. */
typedef latchkey_result (*latchkey_store_erase)(void *context, const char *key);

/**
 * The host's own vault. All three functions must be there. `key` is ASCII, of at most 80 characters, the same at every launch.
 * What is saved under it holds secrets, up to 64 KiB. It is sealed, not encrypted: a change that the library did not make is noticed
 * and refused, and keeping others from reading it is the vault's part.
 *
 * Thread: a thread of the library's, not the background thread, so they may block. One that takes longer than ten seconds is
 * taken as failed, and still runs to its end before the next. Calls of one client come one after another, those of two clients may
 * come at once. They must not call the library.
 */
typedef struct latchkey_store {
    /** `sizeof(latchkey_store)`, set by `LATCHKEY_STORE_INIT`. */
    uint32_t struct_size;
    /** Zero. */
    uint32_t reserved;
    /** Passed to each. */
    void *context;
    /** Required. */
    latchkey_store_load load;
    /** Required. */
    latchkey_store_save save;
    /** Required. */
    latchkey_store_erase erase;
} latchkey_store;

/* -- Configuration -- */

/*
 * Start from the initialiser, set what is needed, leave the rest zero:
 *
 * ```c
 * latchkey_config config = LATCHKEY_CONFIG_INIT;
 * config.issuer = "https://id.example.com";
 * config.client_id = "my-game";
 * ```
 *
 * Texts are UTF-8 and NUL-terminated, and are copied by the call that takes the struct. NULL or "" means: not set.
 */

/** `http://127.0.0.1:PORT/...`, or `[::1]` on a machine without IPv4: what RFC 8252 section 7.3 asks providers to accept, with any port. */
#define LATCHKEY_REDIRECT_LITERAL 0

/** `http://[::1]:PORT/...` */
#define LATCHKEY_REDIRECT_IPV6_LITERAL 1

/** `http://localhost:PORT/...`, bound on both families, for providers that accept nothing else (RFC 8252 section 8.3 advises against it). */
#define LATCHKEY_REDIRECT_LOCALHOST 2

/** The library opens the system's browser. */
#define LATCHKEY_BROWSER_SYSTEM 0

/** The host opens the URL that `latchkey_get_prompt` gives: a launcher, an overlay, another screen. */
#define LATCHKEY_BROWSER_HOST 1

/** `client_secret_basic`, RFC 6749 section 2.3.1. */
#define LATCHKEY_CLIENT_AUTH_BASIC 0

/** `client_secret_post` */
#define LATCHKEY_CLIENT_AUTH_POST 1

/** How to reach the provider and who the game is to it. Only `client_id`, and either `issuer` or the endpoints, must be set. */
typedef struct latchkey_config {
    /** `sizeof(latchkey_config)`, set by `LATCHKEY_CONFIG_INIT`. */
    uint32_t struct_size;
    /** One of `LATCHKEY_REDIRECT_*`. */
    uint32_t redirect_host;
    /**
     * Issuer identifier, exactly as the provider writes it, with or without the slash at its end. Endpoints and keys are
     * found from it (OpenID Connect Discovery 1.0 section 4). https, or http on loopback.
     */
    const char *issuer;
    /** The client (application) id from the provider's console. */
    const char *client_id;
    /** Only where the provider insists: a secret in a game is not secret (RFC 8252 section 8.5). */
    const char *client_secret;
    /** Separated by spaces. NULL: `openid profile email`. Without `openid` it is plain OAuth 2.0, and the profile comes from userinfo. */
    const char *scopes;
    /** Endpoints one by one, for providers without discovery; each one given wins over discovery. */
    const char *authorization_endpoint;
    /** RFC 6749 section 3.2. */
    const char *token_endpoint;
    /** OpenID Connect Core 1.0 section 5.3. */
    const char *userinfo_endpoint;
    /** The provider's keys, RFC 7517 section 5. */
    const char *jwks_uri;
    /** RFC 7009. */
    const char *revocation_endpoint;
    /** OpenID Connect RP-Initiated Logout 1.0 section 2. */
    const char *end_session_endpoint;
    /**
     * Ports for the callback, tried in this order; NULL with a count of zero: any free port. Give them only where the provider
     * compares the whole redirect URI.
     */
    const uint16_t *redirect_ports;
    /** How many there are. */
    uint32_t redirect_port_count;
    /** One of `LATCHKEY_BROWSER_*`. */
    uint32_t browser;
    /** Path of the redirect URI. NULL: `/callback`. */
    const char *redirect_path;
    /** Path of the post-logout redirect URI. NULL: `/signed-out`. */
    const char *post_logout_path;
    /** How long a player may take, in the browser or on another screen, in milliseconds. 0: 300000 (five minutes). */
    uint32_t login_timeout_ms;
    /** By how much clocks may differ when a token's times are checked, in seconds. 0: 60. At most 600. */
    uint32_t clock_leeway_s;
    /**
     * Claims that the game wants, separated by spaces. Where the ID token lacks one, userinfo is asked, which costs a request.
     * NULL: a name if `profile` is among the scopes, `email` if `email` is. "" (empty): userinfo is never asked.
     */
    const char *wanted_claims;
    /**
     * Where the player's id is. NULL: `sub`. For plain OAuth 2.0 providers, such as `id`. Like the three below: a claim's name,
     * names joined by dots (`realm_access.roles`), or a JSON Pointer (RFC 6901).
     */
    const char *subject_claim;
    /** NULL: `roles`. */
    const char *roles_claim;
    /** NULL: `permissions`. */
    const char *permissions_claim;
    /** NULL: `tenants`. */
    const char *tenants_claim;
    /** Further certificate authorities as PEM text, beside the system's. */
    const char *ca_certificates;
    /** The game's name on the page that the player sees in the browser at the end. */
    const char *page_title;
    /** The sentence on that page. NULL: that the tab can be closed. */
    const char *page_message;
    /** The page's colour, `#rrggbb`. */
    const char *page_color;
    /** One of `LATCHKEY_CLIENT_AUTH_*`; matters only with `client_secret`. */
    uint32_t client_auth;
    /** One of `LATCHKEY_STORAGE_*`: whether the session survives a restart, and where it is kept. */
    uint32_t storage;
    /**
     * Tells sessions of one issuer and client id apart: a second account, the other half of a split screen. At most 128
     * bytes without control characters. NULL: `default`.
     */
    const char *profile_slot;
    /**
     * The host's own vault, with `LATCHKEY_STORAGE_HOST`. Copied; what its context points to must live until `latchkey_shutdown` has
     * answered `LATCHKEY_OK`, since a call into the vault may outlast the client.
     */
    const latchkey_store *store;
    /** How long an access token is taken to be good when neither the provider nor the token says, in seconds. 0: 3600. */
    uint32_t default_token_lifetime_s;
    /** Zero. */
    uint32_t reserved;
    /** RFC 8628 section 3.1, for a login with `LATCHKEY_LOGIN_DEVICE`. */
    const char *device_authorization_endpoint;
} latchkey_config;

/**
 * Checks a configuration without making a client, for settings pages and tests. `buffer` gets the sentence that says what is
 * wrong and what to write instead, or the empty text; at most `capacity` bytes with the NUL, cut at a character. `needed`, which
 * may be NULL, gets the bytes that the whole takes with its NUL. `buffer` may be NULL if `capacity` is 0. These outputs are
 * written with `LATCHKEY_CONFIGURATION`, `LATCHKEY_NOT_SUPPORTED` and `LATCHKEY_INVALID_ARGUMENT` too. Any thread; never waits.
 */
latchkey_result latchkey_config_check(const latchkey_config *config,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *needed);

/* -- Clients -- */

/*
 * A client is one player's identity at one provider; split screen has two. All calls take any thread, and none but
 * `latchkey_client_destroy` waits.
 */

/**
 * One player's identity. Made by `latchkey_client_create`, ended by `latchkey_client_destroy`. The pointer is a ticket, not an
 * address: a client that was destroyed is recognised and answered with `LATCHKEY_INVALID_ARGUMENT`.
 */
typedef struct latchkey_client latchkey_client;

/**
 * Makes a client and starts to look the provider up, so that a later login is quick. `config` may be freed when the call
 * returns. `out_client` gets the client, which the caller destroys.
 *
 * Errors: `LATCHKEY_CONFIGURATION` (the sentence goes to the log; `latchkey_config_check` gives it too),
 * `LATCHKEY_INVALID_ARGUMENT`, `LATCHKEY_NOT_SUPPORTED` for a field that only a newer library knows,
 * `LATCHKEY_INVALID_STATE` in a forked child, `LATCHKEY_INTERNAL_ERROR` if no thread could be started.
 */
latchkey_result latchkey_client_create(const latchkey_config *config,
                                       latchkey_client **out_client);

/**
 * Ends a client: a login of it is cancelled, its sockets are closed, its tokens wiped. What is stored for the next launch
 * stays; `latchkey_logout` is what ends a session, and a revocation that it has begun goes on, with a socket and a token of its own,
 * until `latchkey_shutdown`. Waits until its sockets are closed, for 500 milliseconds at most. NULL and
 * a client that was destroyed already are accepted and do nothing. Any thread; other threads may be inside calls with the same client.
 */
void latchkey_client_destroy(latchkey_client *client);

/**
 * Copies the sentence that tells a person about the last failure of this client: what happened, in the provider's own words
 * where it had any, and what to do about it. The empty text if nothing has failed since the last login began. A
 * call that was out of place (`LATCHKEY_INVALID_STATE`, `LATCHKEY_PENDING`) leaves it as it was. At most
 * `capacity` bytes with the NUL, cut at a character; `needed`, which may be NULL, gets the bytes that the whole takes with its
 * NUL. `buffer` may be NULL if `capacity` is 0. Any thread; never waits.
 */
latchkey_result latchkey_client_error(const latchkey_client *client,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *needed);

/* -- Status -- */

/*
 * One small struct that a frame loop reads. Compare `revision` with the one of the last frame: equal means that nothing has
 * changed.
 */

/** Nobody is signed in. */
#define LATCHKEY_STATE_SIGNED_OUT 0

/** A login has begun: the provider is looked up, the listener is bound. Or a stored session is being looked for. */
#define LATCHKEY_STATE_STARTING 1

/** The player is busy in the browser, or on another screen; `latchkey_get_prompt` has what to show. */
#define LATCHKEY_STATE_WAITING_FOR_PLAYER 2

/** The provider answered; the token is fetched and verified. */
#define LATCHKEY_STATE_COMPLETING 3

/** A player is signed in; `latchkey_get_profile` says who. */
#define LATCHKEY_STATE_SIGNED_IN 4

/** The session has ended here; what is stored is being erased, and the provider told. */
#define LATCHKEY_STATE_SIGNING_OUT 5

/** The session is kept, but the provider can't be reached; it is tried again without being asked. */
#define LATCHKEY_STATUS_OFFLINE 1

/** The session is stored, and will survive a restart of the game. */
#define LATCHKEY_STATUS_PERSISTED 2

/** A new access token is being fetched. */
#define LATCHKEY_STATUS_REFRESHING 4

/** Not rejected, or no particular check. */
#define LATCHKEY_CHECK_NONE 0

/** The token is not a signed JWT of sound form, or a claim has the wrong type. */
#define LATCHKEY_CHECK_FORMAT 1

/** `alg` is none, symmetric, or not agreed on. */
#define LATCHKEY_CHECK_ALGORITHM 2

/** No published key fits, or more than one does. */
#define LATCHKEY_CHECK_KEY 3

/** The signature does not fit. */
#define LATCHKEY_CHECK_SIGNATURE 4

/** `iss`, here or in the authorization response (RFC 9207). */
#define LATCHKEY_CHECK_ISSUER 5

/** `sub`, in the ID token, in userinfo or after a refresh. */
#define LATCHKEY_CHECK_SUBJECT 6

/** `aud` */
#define LATCHKEY_CHECK_AUDIENCE 7

/** `azp` */
#define LATCHKEY_CHECK_AUTHORIZED_PARTY 8

/** `exp` */
#define LATCHKEY_CHECK_EXPIRY 9

/** `iat` */
#define LATCHKEY_CHECK_ISSUED_AT 10

/** `nonce` */
#define LATCHKEY_CHECK_NONCE 11

/** `at_hash` */
#define LATCHKEY_CHECK_ACCESS_TOKEN_HASH 12

/** `auth_time` against the `max_age` that was asked for. */
#define LATCHKEY_CHECK_AUTHENTICATION_TIME 13

/** There was no ID token though `openid` was asked for. */
#define LATCHKEY_CHECK_MISSING 14

/** `crit` names something that this library does not understand (RFC 7515 section 4.1.11). */
#define LATCHKEY_CHECK_CRITICAL_HEADER 15

/** Where a client stands. */
typedef struct latchkey_status {
    /** `sizeof(latchkey_status)`, set by `LATCHKEY_STATUS_INIT`. */
    uint32_t struct_size;
    /** One of `LATCHKEY_STATE_*`. A newer library may have more. */
    uint32_t state;
    /** Why the last attempt (login, resume, refresh or logout) failed; `LATCHKEY_OK` if it did not. */
    latchkey_result error;
    /** Which check failed (`LATCHKEY_CHECK_*`), with `LATCHKEY_TOKEN_REJECTED`. */
    uint32_t error_detail;
    /** `LATCHKEY_STATUS_*`, or-ed. */
    uint32_t flags;
    /** Zero. */
    uint32_t reserved;
    /** The login that this is about; grows by one with each `latchkey_start_login`. */
    uint64_t login_id;
    /** When the login, or its code on another screen, times out: milliseconds since 1970-01-01 UTC by this machine's clock. 0 when none is running. */
    uint64_t deadline;
    /** Grows with every change of this struct. */
    uint64_t revision;
} latchkey_status;

/**
 * Copies the status into `out_status`, whose `struct_size` must be set (`LATCHKEY_STATUS_INIT`, once). One consistent picture;
 * it never waits, allocates or locks, and may be called each frame from any thread. In a forked child it tells how things
 * stood at the fork.
 *
 * Errors: `LATCHKEY_INVALID_ARGUMENT`.
 */
latchkey_result latchkey_poll_status(const latchkey_client *client,
                                     latchkey_status *out_status);

/* -- Login -- */

/*
 * OAuth 2.0 authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636) in the system browser (RFC 8252), and
 * OpenID Connect Core 1.0 section 3.1 on top. Start it, poll the status, and it ends in `LATCHKEY_STATE_SIGNED_IN`, or in
 * `LATCHKEY_STATE_SIGNED_OUT` with the reason in `error`.
 *
 * On a machine without a browser or without a keyboard (`LATCHKEY_LOGIN_DEVICE`) it is the device authorization grant (RFC 8628)
 * instead: the host shows the code, the address and the QR code of `latchkey_get_prompt`, the player signs in on a phone, and
 * the rest is the same.
 */

/** `max_age_s` is meant, also when it is 0. */
#define LATCHKEY_LOGIN_MAX_AGE 1

/**
 * The player signs in on another screen (RFC 8628): consoles, televisions, kiosks. No port is bound and no browser opened,
 * whatever `latchkey_config.browser` says; the host shows what `latchkey_get_prompt` gives. `LATCHKEY_NOT_SUPPORTED` in the
 * status where the provider has no endpoint for it (`device_authorization_endpoint`).
 */
#define LATCHKEY_LOGIN_DEVICE 2

/** A sign-in. */
#define LATCHKEY_PROMPT_LOGIN 0

/** The end of the provider's browser session, after `latchkey_logout`. */
#define LATCHKEY_PROMPT_LOGOUT 1

/**
 * A sign-in on another screen, with `LATCHKEY_LOGIN_DEVICE`. Show the code and the verification URL, also beside the QR code: the
 * player compares the code (RFC 8628 sections 3.3.1 and 5.4). They are good until the status' `deadline`.
 */
#define LATCHKEY_PROMPT_DEVICE 2

/** What the player has to do, for hosts that show it themselves. Freed with `latchkey_prompt_free`. */
typedef struct latchkey_prompt latchkey_prompt;

/** One further parameter of the authorization request. */
typedef struct latchkey_parameter {
    /** Not one that the library sets itself (`client_id`, `state`, `nonce`, `redirect_uri` and others). */
    const char *name;
    /** Sent percent-encoded. */
    const char *value;
} latchkey_parameter;

/**
 * What to ask of the provider in this login. Start from `LATCHKEY_LOGIN_OPTIONS_INIT`; all of it may stay zero. Texts are
 * copied. OpenID Connect Core 1.0 section 3.1.2.1, unless noted. With `LATCHKEY_LOGIN_DEVICE` the same go to the device authorization
 * endpoint, where a provider may know fewer of them.
 */
typedef struct latchkey_login_options {
    /** `sizeof(latchkey_login_options)`, set by `LATCHKEY_LOGIN_OPTIONS_INIT`. */
    uint32_t struct_size;
    /** `LATCHKEY_LOGIN_*`, or-ed. */
    uint32_t flags;
    /** `login` (ask for the password again), `select_account`, `consent`, `none`. */
    const char *prompt;
    /** Who it probably is: an e-mail address or a user name. */
    const char *login_hint;
    /** How strongly the player must sign in, by the provider's names, separated by spaces. */
    const char *acr_values;
    /** Languages of the provider's pages, BCP 47, separated by spaces. */
    const char *ui_locales;
    /** The API that the access token is for, where the provider uses `audience`. */
    const char *audience;
    /** The API that the access token is for, RFC 8707. */
    const char *resource;
    /** Scopes of this login instead of the configuration's. */
    const char *scopes;
    /** Free pairs. */
    const latchkey_parameter *extra_parameters;
    /** How many there are. */
    uint32_t extra_parameter_count;
    /** How many seconds ago the player may have signed in at the provider; counts with `LATCHKEY_LOGIN_MAX_AGE`, and is verified. */
    uint32_t max_age_s;
    /** How long the player may take, in milliseconds. 0: the configuration's. */
    uint32_t login_timeout_ms;
    /** Zero. */
    uint32_t reserved;
} latchkey_login_options;

/**
 * Begins a login and returns at once; the status is `LATCHKEY_STATE_STARTING` when it does. A login that was still waiting is
 * cancelled and replaced (the player closed the tab and clicked again), and its late answer changes nothing. A player who is
 * signed in stays so until the new login succeeds. Any thread.
 *
 * Errors at once: `LATCHKEY_INVALID_ARGUMENT`, `LATCHKEY_CONFIGURATION` (an option that can't work), `LATCHKEY_NOT_SUPPORTED`,
 * `LATCHKEY_INVALID_STATE`. Errors in the status, later: `LATCHKEY_NETWORK`, `LATCHKEY_PROVIDER_ERROR`, `LATCHKEY_DENIED`,
 * `LATCHKEY_CANCELLED`, `LATCHKEY_TIMED_OUT`, `LATCHKEY_TOKEN_REJECTED`, `LATCHKEY_WRONG_CLOCK`, `LATCHKEY_PORT_IN_USE`,
 * `LATCHKEY_BROWSER_UNAVAILABLE`, `LATCHKEY_CONFIGURATION`, `LATCHKEY_NOT_SUPPORTED`.
 */
latchkey_result latchkey_start_login(latchkey_client *client,
                                     const latchkey_login_options *options);

/**
 * Ends a login that is under way: within 100 milliseconds nobody listens at the callback's port any more. The status becomes what it was
 * before the login, with `LATCHKEY_CANCELLED` as its error. A resume is ended as well, and the wait of a logout for browser and provider:
 * the player stays signed out. Any thread; does not wait.
 *
 * Errors: `LATCHKEY_INVALID_STATE` when there is nothing to cancel.
 */
latchkey_result latchkey_cancel_login(latchkey_client *client);

/**
 * Hands out what the player has to do: the URL to open, or what to show them. There in `LATCHKEY_STATE_WAITING_FOR_PLAYER`, and in
 * `LATCHKEY_STATE_SIGNING_OUT` while the browser is needed. The caller frees it. Any thread; never waits.
 *
 * Errors: `LATCHKEY_INVALID_STATE` when there is nothing to do for the player.
 */
latchkey_result latchkey_get_prompt(const latchkey_client *client,
                                    latchkey_prompt **out_prompt);

/**
 * One of `LATCHKEY_PROMPT_*`.
 *
 * Errors: `LATCHKEY_INVALID_ARGUMENT`.
 */
latchkey_result latchkey_prompt_kind(const latchkey_prompt *prompt, uint32_t *out_kind);

/**
 * The URL to open in a browser; with `LATCHKEY_PROMPT_DEVICE` in one on another machine, the same that the QR code holds: it has the
 * code in it where the provider makes it so (`verification_uri_complete`), and is the verification URL otherwise. Lives until the
 * prompt is freed; NULL only for a NULL prompt. It holds one-time values of this login: show it to the player, do not log it.
 */
const char *latchkey_prompt_url(const latchkey_prompt *prompt);

/**
 * The code that the player types on the other screen, or compares with what it shows. Printable ASCII, at most 64 characters, as
 * the provider writes it. Lives until the prompt is freed; NULL for other kinds than `LATCHKEY_PROMPT_DEVICE`. Do not log it.
 */
const char *latchkey_prompt_user_code(const latchkey_prompt *prompt);

/**
 * The URL at which the player types the code; short enough to be typed itself. https, or http on loopback. Lives until the
 * prompt is freed; NULL for other kinds than `LATCHKEY_PROMPT_DEVICE`.
 */
const char *latchkey_prompt_verification_url(const latchkey_prompt *prompt);

/**
 * How many modules a side of the QR code of `latchkey_prompt_url` has, 21 to 121, without the quiet zone: leave at least four light
 * modules around it (ISO/IEC 18004). 0 for other kinds than `LATCHKEY_PROMPT_DEVICE`.
 */
uint32_t latchkey_prompt_qr_size(const latchkey_prompt *prompt);

/**
 * The modules of the QR code: `size * size` bytes (`latchkey_prompt_qr_size`), row by row from the top left, 1 dark, 0 light. Lives
 * until the prompt is freed; NULL for other kinds than `LATCHKEY_PROMPT_DEVICE`.
 */
const uint8_t *latchkey_prompt_qr_modules(const latchkey_prompt *prompt);

/** Frees a prompt. NULL is accepted. */
void latchkey_prompt_free(latchkey_prompt *prompt);

/* -- Profile -- */

/*
 * Who signed in, from claims that were verified. A profile is a copy: it stays as it was when it was handed out.
 */

/** Who signed in. Freed with `latchkey_profile_free`. What a getter points into lives until then; reading takes any thread. */
typedef struct latchkey_profile latchkey_profile;

/**
 * Hands out the profile of the player who is signed in. The caller frees it. Any thread; never waits.
 *
 * Errors: `LATCHKEY_INVALID_STATE` when nobody is signed in.
 */
latchkey_result latchkey_get_profile(const latchkey_client *client, latchkey_profile **out_profile);

/**
 * The player's id at this issuer: stable, never reused, and all that may serve as a key (`sub`, OpenID Connect Core 1.0 section 2).
 * NULL only for a NULL profile.
 */
const char *latchkey_profile_subject(const latchkey_profile *profile);

/** The name to show; made from what there is when the provider has no `name`. NULL when there is none. */
const char *latchkey_profile_name(const latchkey_profile *profile);

/** The e-mail address, or NULL. Not a key: it changes, and may not be verified. */
const char *latchkey_profile_email(const latchkey_profile *profile);

/** 1 if the provider has verified the e-mail address, otherwise 0. */
uint32_t latchkey_profile_email_verified(const latchkey_profile *profile);

/** URL of a picture, http or https, or NULL. Whoever fetches it tells its host about the player. */
const char *latchkey_profile_picture(const latchkey_profile *profile);

/** The name that the player chose at the provider, or NULL. Not unique, and it changes. */
const char *latchkey_profile_preferred_username(const latchkey_profile *profile);

/** BCP 47 language tag, or NULL. */
const char *latchkey_profile_locale(const latchkey_profile *profile);

/** How many roles there are (configuration: `roles_claim`). */
size_t latchkey_profile_role_count(const latchkey_profile *profile);

/** The role at `index`, or NULL past the end. */
const char *latchkey_profile_role(const latchkey_profile *profile, size_t index);

/** 1 if `role` is among the roles, otherwise 0. For what the game shows; what it allows is for its server to check. */
uint32_t latchkey_profile_has_role(const latchkey_profile *profile,
                                   const char *role);

/** How many permissions there are (configuration: `permissions_claim`). */
size_t latchkey_profile_permission_count(const latchkey_profile *profile);

/** The permission at `index`, or NULL past the end. */
const char *latchkey_profile_permission(const latchkey_profile *profile, size_t index);

/** 1 if `permission` is among the permissions, otherwise 0. */
uint32_t latchkey_profile_has_permission(const latchkey_profile *profile, const char *permission);

/** How many tenants the player belongs to (configuration: `tenants_claim`). */
size_t latchkey_profile_tenant_count(const latchkey_profile *profile);

/** The tenant's id at `index`, or NULL past the end. */
const char *latchkey_profile_tenant(const latchkey_profile *profile, size_t index);

/** Any other claim by its name at the top level: a text as it is, everything else as JSON. NULL when there is none. */
const char *latchkey_profile_claim(const latchkey_profile *profile,
                                   const char *name);

/** All claims as one JSON object. NULL only for a NULL profile. */
const char *latchkey_profile_json(const latchkey_profile *profile);

/** Frees a profile. NULL is accepted. */
void latchkey_profile_free(latchkey_profile *profile);

/* -- Session -- */

/*
 * After sign-in: the session of last time, tokens for the game's backend, and the end of it. Where the configuration says so
 * (`storage`) a session survives the process; several processes of one player (launcher, game, editor) share it.
 */

/** Ends the session on this device, and erases what is stored. No request, no browser. */
#define LATCHKEY_LOGOUT_LOCAL 0

/** Also revokes its tokens at the provider (RFC 7009). */
#define LATCHKEY_LOGOUT_REVOKE 1

/**
 * Also revokes, and ends the provider's session in the browser (OpenID Connect RP-Initiated Logout 1.0), so that the next
 * sign-in can be another account.
 */
#define LATCHKEY_LOGOUT_END_SESSION 2

/** An access token. Freed with `latchkey_token_free`, which wipes it. What a getter points into lives until then. */
typedef struct latchkey_token latchkey_token;

/**
 * Takes up the session of last time, without a browser. Call it at launch. The status is `LATCHKEY_STATE_STARTING` while the store
 * is read; then it is `LATCHKEY_STATE_SIGNED_IN` with the stored profile at once, and a fresh token follows
 * (`LATCHKEY_STATUS_REFRESHING`). Without a network the player stays signed in with `LATCHKEY_STATUS_OFFLINE`, and that clears by
 * itself when the network is back. With nothing stored the status is `LATCHKEY_STATE_SIGNED_OUT` again, and no error. Does nothing
 * when a player is signed in already, and with `LATCHKEY_STORAGE_MEMORY`. Any thread; never waits.
 *
 * Errors at once: `LATCHKEY_INVALID_STATE` while a login or a logout is under way. In the status: `LATCHKEY_STORE_UNAVAILABLE`, also
 * for an entry that was altered (the next sign-in replaces it); `LATCHKEY_SESSION_EXPIRED` when the provider no longer accepts it.
 */
latchkey_result latchkey_resume_session(latchkey_client *client);

/**
 * Hands out an access token that is good for at least `min_valid_s` seconds more (0: that has not expired). If the one at hand
 * is not, a new one is fetched in the background (RFC 6749 section 6) and the call answers `LATCHKEY_PENDING`: poll until
 * `LATCHKEY_STATUS_REFRESHING` is gone, then ask again. A token that was fetched this very minute is handed out however short
 * its life is, so that asking for more than the provider gives does not go on for ever. The caller frees it. Any thread;
 * never waits.
 *
 * Errors: `LATCHKEY_PENDING`; `LATCHKEY_INVALID_STATE` when nobody is signed in; `LATCHKEY_SESSION_EXPIRED` when the token is too
 * old and the provider gave no refresh token (ask for the scope `offline_access`); the error of the last attempt to fetch one
 * (`LATCHKEY_NETWORK`, `LATCHKEY_PROVIDER_ERROR` and the like) for five seconds after it failed, or for as long as the provider wants to be
 * left alone (`Retry-After`).
 */
latchkey_result latchkey_get_access_token(latchkey_client *client,
                                          uint32_t min_valid_s,
                                          latchkey_token **out_token);

/** The token, as it goes into `Authorization: Bearer ...` (RFC 6750 section 2.1). NULL only for a NULL token. */
const char *latchkey_token_text(const latchkey_token *token);

/**
 * `Bearer` (RFC 6750), spelt so however the provider writes it. Static text; NULL only for a NULL token. A provider that gives
 * another type is refused at sign-in (RFC 6749 section 7.1).
 */
const char *latchkey_token_type(const latchkey_token *token);

/** The scopes that were granted, separated by spaces. NULL only for a NULL token. */
const char *latchkey_token_scopes(const latchkey_token *token);

/**
 * When it expires: seconds since 1970-01-01 UTC by this machine's clock. From the provider's `expires_in`, else from the `exp` that
 * the token itself carries, else from `default_token_lifetime_s`. 0 only for a NULL token.
 */
int64_t latchkey_token_expires_at(const latchkey_token *token);

/** Wipes and frees a token. NULL is accepted. */
void latchkey_token_free(latchkey_token *token);

/**
 * Fetches a new access token now, though the one at hand may still be good: after the player's roles have changed, or when a
 * server refused it. Returns at once; `LATCHKEY_STATUS_REFRESHING` is set until it is done. One request, however many ask. Any thread.
 *
 * A new ID token that comes with it renews the profile. Roles, permissions and tenants that an ID token told before and that this one
 * leaves out are gone; other claims that it leaves out stay. Without one, and for what userinfo told, which is asked at a sign-in
 * only, the profile stays as it is.
 *
 * Errors: `LATCHKEY_INVALID_STATE` when nobody is signed in; `LATCHKEY_NOT_SUPPORTED` when the provider gave no refresh token
 * (ask for the scope `offline_access`).
 */
latchkey_result latchkey_refresh_session(latchkey_client *client);

/**
 * Ends the session. When the call returns nobody is signed in any more, whatever the network says. The rest happens in the
 * background (`LATCHKEY_STATE_SIGNING_OUT`, then `LATCHKEY_STATE_SIGNED_OUT`): what is stored is erased in every mode, also when
 * nobody is signed in, and the provider is told as far as `mode` says. A login that was under way is cancelled. With nobody
 * signed in and no storage there is nothing to do, and only the revision grows. Other programs of the session notice at their
 * next refresh. While a logout is under way another one answers `LATCHKEY_OK` and changes nothing. Any thread; never waits.
 *
 * Erasing or revoking that fails for the moment is reported in the status and tried again in the background: erasing until the
 * client is destroyed, revoking until `latchkey_shutdown`. No other call ends a revocation: it goes on when the next login begins,
 * when the logout is cancelled, and when the client is destroyed.
 *
 * Errors at once: `LATCHKEY_INVALID_ARGUMENT`. In the status: `LATCHKEY_STORE_UNAVAILABLE`; `LATCHKEY_NOT_SUPPORTED` when the provider
 * has no such endpoint, `LATCHKEY_NETWORK`, `LATCHKEY_PROVIDER_ERROR`, `LATCHKEY_TIMED_OUT`, `LATCHKEY_BROWSER_UNAVAILABLE`.
 */
latchkey_result latchkey_logout(latchkey_client *client,
                                uint32_t mode);

/* -- Initialisers -- */

/** Every field zero, which is every field's default. */
#define LATCHKEY_CONFIG_INIT                                                                                 \
    {                                                                                                        \
        sizeof(latchkey_config), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0,   \
            NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, 0, 0, \
            NULL                                                                                             \
    }

/** As above. */
#define LATCHKEY_LOGIN_OPTIONS_INIT                                                                          \
    {                                                                                                        \
        sizeof(latchkey_login_options), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0        \
    }

/** As above; the three functions are for the host to set. */
#define LATCHKEY_STORE_INIT                                                                                  \
    {                                                                                                        \
        sizeof(latchkey_store), 0, NULL, NULL, NULL, NULL                                                    \
    }

/** As above. */
#define LATCHKEY_STATUS_INIT                                                                                 \
    {                                                                                                        \
        sizeof(latchkey_status), 0, 0, 0, 0, 0, 0, 0, 0                                                      \
    }

/* -- Short names -- */

/*
 * The four verbs without prefix, for programs that define LATCHKEY_SHORT_NAMES before the include. The library itself exports
 * only the long names: libc has a function `logout` of its own. Include the system's headers first.
 */
#ifdef LATCHKEY_SHORT_NAMES
#define start_login latchkey_start_login
#define poll_status latchkey_poll_status
#define get_profile latchkey_get_profile
#define logout latchkey_logout
#endif

#ifdef __cplusplus
}
#endif

#endif
