/**
 * @file latchkey.hpp
 * Latchkey for C++11 and later: owners, builders and enums over the C ABI of latchkey.h. Header only, without exceptions or
 * RTTI, and with nothing below it but that ABI; link the same library.
 *
 *     latchkey::Client client;
 *     latchkey::Result result = latchkey::Client::create(
 *         latchkey::Config().issuer("https://id.example.com").client_id("my-game"), client);
 *     if (result.ok()) result = client.start_login();
 *
 *     // Once a frame, with `latchkey::Status status; std::uint64_t seen = 0;` kept from frame to frame:
 *     client.poll_status(status);
 *     if (status.changed_since(seen)) {
 *         seen = status.revision();
 *         latchkey::Profile player;
 *         if (client.get_profile(player).ok()) greet(player.name());
 *     }
 *
 *     // At the end:
 *     client.reset();
 *     latchkey::shutdown(2000);
 *
 * Conventions, for everything below:
 *
 * - What can fail returns a Result and throws nothing; outputs come last and are written only on success. Only std::string and
 *   std::vector allocate here, and what they do when memory runs out is up to them.
 * - Client, Profile, Token and Prompt own one C object each and can be moved, not copied. An empty one (default-made or moved
 *   from) is valid: its getters answer nullptr, 0 or false, its other methods Result::InvalidArgument.
 * - A `const char *` is UTF-8, may be nullptr where it says so, and lives until the object it was asked of is destroyed,
 *   assigned to or reset.
 * - Methods may be called from any thread at any time, as the C functions below them. Moving, assigning, resetting and
 *   destroying an owner are not among them: as with any object, no other thread may use it then.
 */

#ifndef LATCHKEY_HPP
#define LATCHKEY_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "latchkey.h"

#ifdef Status
#error "Status is a macro, most likely that of <X11/Xlib.h>: write #undef Status before including latchkey.hpp"
#endif

/*
 * As macros the short names would rename the methods below as well, and differently from one source file to the next. C++ has
 * overloads for that, so the bare words go on working for the C handles, also beside the logout() of libc.
 */
#ifdef LATCHKEY_SHORT_NAMES
#undef start_login
#undef poll_status
#undef get_profile
#undef logout

inline latchkey_result start_login(latchkey_client *client, const latchkey_login_options *options) {
    return latchkey_start_login(client, options);
}

inline latchkey_result poll_status(const latchkey_client *client, latchkey_status *out_status) {
    return latchkey_poll_status(client, out_status);
}

inline latchkey_result get_profile(const latchkey_client *client, latchkey_profile **out_profile) {
    return latchkey_get_profile(client, out_profile);
}

inline latchkey_result logout(latchkey_client *client, std::uint32_t mode) {
    return latchkey_logout(client, mode);
}
#endif

namespace latchkey {

/* -- Results and enums -- */

/**
 * What became of a call or of a login: a latchkey_result with a name. Compares with its own constants and with `LATCHKEY_*`. It
 * is no bool, in which success, being zero, would be false: ask ok(). A code without a constant here is a failure.
 */
class Result {
public:
    /** The codes, as documented in latchkey.h. */
    enum Code : latchkey_result {
        Ok = LATCHKEY_OK,
        InvalidArgument = LATCHKEY_INVALID_ARGUMENT,
        InvalidState = LATCHKEY_INVALID_STATE,
        Configuration = LATCHKEY_CONFIGURATION,
        Network = LATCHKEY_NETWORK,
        ProviderError = LATCHKEY_PROVIDER_ERROR,
        Denied = LATCHKEY_DENIED,
        Cancelled = LATCHKEY_CANCELLED,
        TimedOut = LATCHKEY_TIMED_OUT,
        TokenRejected = LATCHKEY_TOKEN_REJECTED,
        SessionExpired = LATCHKEY_SESSION_EXPIRED,
        StoreUnavailable = LATCHKEY_STORE_UNAVAILABLE,
        WrongClock = LATCHKEY_WRONG_CLOCK,
        NotSupported = LATCHKEY_NOT_SUPPORTED,
        InternalError = LATCHKEY_INTERNAL_ERROR,
        Pending = LATCHKEY_PENDING,
        BrowserUnavailable = LATCHKEY_BROWSER_UNAVAILABLE,
        PortInUse = LATCHKEY_PORT_IN_USE
    };

    /** Implicit, so that `LATCHKEY_*` and what a C function returns are results as they are. */
    constexpr Result(latchkey_result code = LATCHKEY_OK) noexcept : code_(static_cast<Code>(code)) {}

    /** Whether it worked. */
    constexpr bool ok() const noexcept { return code_ == Ok; }

    /** `"LATCHKEY_OK"` and so on; static text, never nullptr. */
    const char *name() const noexcept { return latchkey_result_name(code_); }

    /** For a switch. */
    constexpr Code code() const noexcept { return code_; }

    friend constexpr bool operator==(Result left, Result right) noexcept { return left.code_ == right.code_; }
    friend constexpr bool operator!=(Result left, Result right) noexcept { return left.code_ != right.code_; }

private:
    Code code_;
};

/** Where a client stands. A newer library may have more states than these. */
enum class State : std::uint32_t {
    SignedOut = LATCHKEY_STATE_SIGNED_OUT,
    Starting = LATCHKEY_STATE_STARTING,
    WaitingForPlayer = LATCHKEY_STATE_WAITING_FOR_PLAYER,
    Completing = LATCHKEY_STATE_COMPLETING,
    SignedIn = LATCHKEY_STATE_SIGNED_IN,
    SigningOut = LATCHKEY_STATE_SIGNING_OUT
};

/** Which check a rejected token failed. */
enum class Check : std::uint32_t {
    Unspecified = LATCHKEY_CHECK_NONE,
    Format = LATCHKEY_CHECK_FORMAT,
    Algorithm = LATCHKEY_CHECK_ALGORITHM,
    Key = LATCHKEY_CHECK_KEY,
    Signature = LATCHKEY_CHECK_SIGNATURE,
    Issuer = LATCHKEY_CHECK_ISSUER,
    Subject = LATCHKEY_CHECK_SUBJECT,
    Audience = LATCHKEY_CHECK_AUDIENCE,
    AuthorizedParty = LATCHKEY_CHECK_AUTHORIZED_PARTY,
    Expiry = LATCHKEY_CHECK_EXPIRY,
    IssuedAt = LATCHKEY_CHECK_ISSUED_AT,
    Nonce = LATCHKEY_CHECK_NONCE,
    AccessTokenHash = LATCHKEY_CHECK_ACCESS_TOKEN_HASH,
    AuthenticationTime = LATCHKEY_CHECK_AUTHENTICATION_TIME,
    Missing = LATCHKEY_CHECK_MISSING,
    CriticalHeader = LATCHKEY_CHECK_CRITICAL_HEADER
};

/** How far a sign-out goes. */
enum class LogoutMode : std::uint32_t {
    /** Ends the session on this device. No request, no browser. */
    Local = LATCHKEY_LOGOUT_LOCAL,
    /** Also revokes its tokens at the provider. */
    Revoke = LATCHKEY_LOGOUT_REVOKE,
    /** Also ends the provider's session in the browser, so that the next sign-in can be another account. */
    EndSession = LATCHKEY_LOGOUT_END_SESSION
};

/** The host part of the redirect URI. */
enum class RedirectHost : std::uint32_t {
    Literal = LATCHKEY_REDIRECT_LITERAL,
    Ipv6Literal = LATCHKEY_REDIRECT_IPV6_LITERAL,
    Localhost = LATCHKEY_REDIRECT_LOCALHOST
};

/** Who opens the URL. */
enum class Browser : std::uint32_t {
    /** The library, in the system's browser. */
    System = LATCHKEY_BROWSER_SYSTEM,
    /** The host, with the URL from Client::get_prompt. */
    Host = LATCHKEY_BROWSER_HOST
};

/** How a client secret is sent. */
enum class ClientAuth : std::uint32_t {
    Basic = LATCHKEY_CLIENT_AUTH_BASIC,
    Post = LATCHKEY_CLIENT_AUTH_POST
};

/** Where the session is kept between launches. */
enum class Storage : std::uint32_t {
    /** In memory only: it ends with the process. */
    Memory = LATCHKEY_STORAGE_MEMORY,
    /** In the system's secret store; in memory where there is none. */
    System = LATCHKEY_STORAGE_SYSTEM,
    /** In the host's own vault. */
    Host = LATCHKEY_STORAGE_HOST
};

/** What a prompt asks of the player. */
enum class PromptKind : std::uint32_t {
    Login = LATCHKEY_PROMPT_LOGIN,
    Logout = LATCHKEY_PROMPT_LOGOUT,
    /** A sign-in on another screen. */
    Device = LATCHKEY_PROMPT_DEVICE
};

/** A sink gets the records of its level and of those before it. */
enum class LogLevel : std::uint32_t {
    Error = LATCHKEY_LOG_ERROR,
    Warning = LATCHKEY_LOG_WARNING,
    Info = LATCHKEY_LOG_INFO,
    Debug = LATCHKEY_LOG_DEBUG
};

/* -- The library -- */

/** The version of the library that is loaded, composed like `LATCHKEY_VERSION`. */
inline std::uint32_t version() noexcept {
    return latchkey_version();
}

/**
 * Gives the library's log to `sink`, or to nobody if it is nullptr. It is called on the library's thread and on those that call the
 * library; see latchkey_set_log_sink.
 */
inline Result set_log_sink(latchkey_log_sink sink, void *context, LogLevel level = LogLevel::Warning) noexcept {
    return latchkey_set_log_sink(sink, context, static_cast<std::uint32_t>(level));
}

/**
 * Ends every client and the library's thread; waits for that, for `timeout_ms` milliseconds at most. Owners that are left become
 * harmless: a client answers Result::InvalidArgument, and profiles, tokens and prompts stay readable.
 */
inline Result shutdown(std::uint32_t timeout_ms) noexcept {
    return latchkey_shutdown(timeout_ms);
}

/* -- Builders -- */

namespace detail {

inline const char *null_if_empty(const std::string &text) noexcept {
    return text.empty() ? nullptr : text.c_str();
}

/** Reads a text through the buffer, capacity and needed of the C ABI; `copy` may be asked again, for a text that grew meanwhile. */
template <typename Copy>
Result read_text(std::string &out, Copy copy) {
    std::string text(256, '\0');
    for (;;) {
        std::size_t needed = 0;
        const Result result = copy(&text[0], text.size(), &needed);
        if (needed <= text.size()) {
            text.resize(needed == 0 ? 0 : needed - 1);
            out = std::move(text);
            return result;
        }
        text.resize(needed);
    }
}

} // namespace detail

/**
 * How to reach the provider and who the game is to it: a latchkey_config that owns its texts. Each setter is the field of its
 * name, documented in latchkey.h; an empty text means: not set. Copies freely; one thread at a time changes it.
 */
class Config {
public:
    /** Issuer identifier, exactly as the provider writes it; endpoints and keys are found from it. */
    Config &issuer(std::string url) { return set(issuer_, std::move(url)); }
    /** The client (application) id from the provider's console. */
    Config &client_id(std::string id) { return set(client_id_, std::move(id)); }
    /** Only where the provider insists: a secret in a game is not secret. */
    Config &client_secret(std::string secret, ClientAuth auth = ClientAuth::Basic) {
        client_auth_ = auth;
        return set(client_secret_, std::move(secret));
    }
    /** Separated by spaces; `openid profile email` unless set. */
    Config &scopes(std::string names) { return set(scopes_, std::move(names)); }

    /** Endpoints one by one, for providers without discovery; each one given wins over discovery. */
    Config &authorization_endpoint(std::string url) { return set(authorization_endpoint_, std::move(url)); }
    /** As above. */
    Config &token_endpoint(std::string url) { return set(token_endpoint_, std::move(url)); }
    /** As above. */
    Config &userinfo_endpoint(std::string url) { return set(userinfo_endpoint_, std::move(url)); }
    /** As above: the provider's keys. */
    Config &jwks_uri(std::string url) { return set(jwks_uri_, std::move(url)); }
    /** As above. */
    Config &revocation_endpoint(std::string url) { return set(revocation_endpoint_, std::move(url)); }
    /** As above. */
    Config &end_session_endpoint(std::string url) { return set(end_session_endpoint_, std::move(url)); }
    /** As above: for logins on another screen. */
    Config &device_authorization_endpoint(std::string url) { return set(device_authorization_endpoint_, std::move(url)); }

    /** The host part of the redirect URI. */
    Config &redirect_host(RedirectHost host) { return set(redirect_host_, host); }
    /** Ports for the callback, tried in this order; any free one unless set. */
    Config &redirect_ports(std::vector<std::uint16_t> ports) { return set(redirect_ports_, std::move(ports)); }
    /** `/callback` unless set. */
    Config &redirect_path(std::string path) { return set(redirect_path_, std::move(path)); }
    /** `/signed-out` unless set. */
    Config &post_logout_path(std::string path) { return set(post_logout_path_, std::move(path)); }
    /** Who opens the URL. */
    Config &browser(Browser who) { return set(browser_, who); }

    /** How long a player may take in the browser; 0: five minutes. */
    Config &login_timeout_ms(std::uint32_t milliseconds) { return set(login_timeout_ms_, milliseconds); }
    /** By how much clocks may differ; 0: 60 seconds. */
    Config &clock_leeway_s(std::uint32_t seconds) { return set(clock_leeway_s_, seconds); }

    /** Claims to fetch from userinfo where the ID token lacks them, separated by spaces. Here an empty text counts: never fetch. */
    Config &wanted_claims(std::string names) {
        has_wanted_claims_ = true;
        return set(wanted_claims_, std::move(names));
    }
    /** Where the player's id is; `sub` unless set. */
    Config &subject_claim(std::string path) { return set(subject_claim_, std::move(path)); }
    /** `roles` unless set. */
    Config &roles_claim(std::string path) { return set(roles_claim_, std::move(path)); }
    /** `permissions` unless set. */
    Config &permissions_claim(std::string path) { return set(permissions_claim_, std::move(path)); }
    /** `tenants` unless set. */
    Config &tenants_claim(std::string path) { return set(tenants_claim_, std::move(path)); }

    /** Further certificate authorities as PEM text, beside the system's. */
    Config &ca_certificates(std::string pem) { return set(ca_certificates_, std::move(pem)); }
    /** The game's name on the page that the player sees in the browser at the end. */
    Config &page_title(std::string title) { return set(page_title_, std::move(title)); }
    /** The sentence on that page. */
    Config &page_message(std::string message) { return set(page_message_, std::move(message)); }
    /** The page's colour, `#rrggbb`. */
    Config &page_color(std::string color) { return set(page_color_, std::move(color)); }

    /** Whether the session survives a restart: in the system's store, or nowhere. For the host's own vault see the next. */
    Config &storage(Storage where) { return set(storage_, where); }
    /** The host's own vault. Copied; its context must live until shutdown() has succeeded. */
    Config &store(const latchkey_store &vault) {
        storage_ = Storage::Host;
        return set(store_, vault);
    }
    /** Tells sessions of one issuer and client id apart; `default` unless set. */
    Config &profile_slot(std::string name) { return set(profile_slot_, std::move(name)); }
    /** How long an access token is taken to be good when nobody says; 0: an hour. */
    Config &default_token_lifetime_s(std::uint32_t seconds) { return set(default_token_lifetime_s_, seconds); }

    /** The C struct. It points into this builder: valid while the builder lives and is not changed or moved. */
    latchkey_config c_config() const noexcept {
        latchkey_config config = LATCHKEY_CONFIG_INIT;
        config.redirect_host = static_cast<std::uint32_t>(redirect_host_);
        config.issuer = detail::null_if_empty(issuer_);
        config.client_id = detail::null_if_empty(client_id_);
        config.client_secret = detail::null_if_empty(client_secret_);
        config.scopes = detail::null_if_empty(scopes_);
        config.authorization_endpoint = detail::null_if_empty(authorization_endpoint_);
        config.token_endpoint = detail::null_if_empty(token_endpoint_);
        config.userinfo_endpoint = detail::null_if_empty(userinfo_endpoint_);
        config.jwks_uri = detail::null_if_empty(jwks_uri_);
        config.revocation_endpoint = detail::null_if_empty(revocation_endpoint_);
        config.end_session_endpoint = detail::null_if_empty(end_session_endpoint_);
        config.redirect_ports = redirect_ports_.empty() ? nullptr : redirect_ports_.data();
        config.redirect_port_count = static_cast<std::uint32_t>(redirect_ports_.size());
        config.browser = static_cast<std::uint32_t>(browser_);
        config.redirect_path = detail::null_if_empty(redirect_path_);
        config.post_logout_path = detail::null_if_empty(post_logout_path_);
        config.login_timeout_ms = login_timeout_ms_;
        config.clock_leeway_s = clock_leeway_s_;
        config.wanted_claims = has_wanted_claims_ ? wanted_claims_.c_str() : nullptr;
        config.subject_claim = detail::null_if_empty(subject_claim_);
        config.roles_claim = detail::null_if_empty(roles_claim_);
        config.permissions_claim = detail::null_if_empty(permissions_claim_);
        config.tenants_claim = detail::null_if_empty(tenants_claim_);
        config.ca_certificates = detail::null_if_empty(ca_certificates_);
        config.page_title = detail::null_if_empty(page_title_);
        config.page_message = detail::null_if_empty(page_message_);
        config.page_color = detail::null_if_empty(page_color_);
        config.client_auth = static_cast<std::uint32_t>(client_auth_);
        config.storage = static_cast<std::uint32_t>(storage_);
        config.profile_slot = detail::null_if_empty(profile_slot_);
        config.store = storage_ == Storage::Host ? &store_ : nullptr;
        config.default_token_lifetime_s = default_token_lifetime_s_;
        config.device_authorization_endpoint = detail::null_if_empty(device_authorization_endpoint_);
        return config;
    }

    /**
     * Checks the configuration without making a client. `out_sentence` gets what is wrong and what to write instead, or the empty
     * text; it is written whatever the result. (`check` is a macro in Unreal Engine and in old macOS headers.)
     */
    Result validate(std::string &out_sentence) const {
        const latchkey_config config = c_config();
        return detail::read_text(out_sentence, [&config](char *buffer, std::size_t capacity, std::size_t *needed) {
            return Result(latchkey_config_check(&config, buffer, capacity, needed));
        });
    }

private:
    template <typename T>
    Config &set(T &field, T value) {
        field = std::move(value);
        return *this;
    }

    std::string issuer_, client_id_, client_secret_, scopes_;
    std::string authorization_endpoint_, token_endpoint_, userinfo_endpoint_, jwks_uri_;
    std::string revocation_endpoint_, end_session_endpoint_, device_authorization_endpoint_;
    std::string redirect_path_, post_logout_path_;
    std::string wanted_claims_, subject_claim_, roles_claim_, permissions_claim_, tenants_claim_;
    std::string ca_certificates_, page_title_, page_message_, page_color_, profile_slot_;
    std::vector<std::uint16_t> redirect_ports_;
    std::uint32_t login_timeout_ms_ = 0;
    std::uint32_t clock_leeway_s_ = 0;
    std::uint32_t default_token_lifetime_s_ = 0;
    Storage storage_ = Storage::Memory;
    latchkey_store store_ = LATCHKEY_STORE_INIT;
    RedirectHost redirect_host_ = RedirectHost::Literal;
    Browser browser_ = Browser::System;
    ClientAuth client_auth_ = ClientAuth::Basic;
    bool has_wanted_claims_ = false;
};

/**
 * What to ask of the provider in one login: a latchkey_login_options that owns its texts. Each setter is the field of its name,
 * documented in latchkey.h; an empty text means: not set. Copies freely; one thread at a time uses it.
 */
class LoginOptions {
public:
    /** `login` (ask for the password again), `select_account`, `consent`, `none`. */
    LoginOptions &prompt(std::string how) { return set(prompt_, std::move(how)); }
    /** Who it probably is: an e-mail address or a user name. */
    LoginOptions &login_hint(std::string who) { return set(login_hint_, std::move(who)); }
    /** How strongly the player must sign in, by the provider's names, separated by spaces. */
    LoginOptions &acr_values(std::string names) { return set(acr_values_, std::move(names)); }
    /** Languages of the provider's pages, BCP 47, separated by spaces. */
    LoginOptions &ui_locales(std::string tags) { return set(ui_locales_, std::move(tags)); }
    /** The API that the access token is for, where the provider uses `audience`. */
    LoginOptions &audience(std::string api) { return set(audience_, std::move(api)); }
    /** The API that the access token is for, RFC 8707. */
    LoginOptions &resource(std::string uri) { return set(resource_, std::move(uri)); }
    /** Scopes of this login instead of the configuration's. */
    LoginOptions &scopes(std::string names) { return set(scopes_, std::move(names)); }
    /** How many seconds ago the player may have signed in at the provider; 0 counts too. */
    LoginOptions &max_age_s(std::uint32_t seconds) {
        flags_ |= LATCHKEY_LOGIN_MAX_AGE;
        return set(max_age_s_, seconds);
    }
    /** The player signs in on another screen (RFC 8628): show what Client::get_prompt gives. */
    LoginOptions &on_another_screen(bool wanted = true) {
        flags_ = wanted ? flags_ | LATCHKEY_LOGIN_DEVICE : flags_ & ~static_cast<std::uint32_t>(LATCHKEY_LOGIN_DEVICE);
        return *this;
    }
    /** How long the player may take; 0: the configuration's. */
    LoginOptions &login_timeout_ms(std::uint32_t milliseconds) { return set(login_timeout_ms_, milliseconds); }
    /** Adds one further parameter to the authorization request. */
    LoginOptions &parameter(std::string name, std::string value) {
        parameters_.emplace_back(std::move(name), std::move(value));
        return *this;
    }

    /** The C struct. It points into this builder: valid while the builder lives and is not changed, moved or asked again. */
    latchkey_login_options c_options() {
        c_parameters_.clear();
        for (const auto &pair : parameters_) {
            const latchkey_parameter parameter = {pair.first.c_str(), pair.second.c_str()};
            c_parameters_.push_back(parameter);
        }
        latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
        options.flags = flags_;
        options.prompt = detail::null_if_empty(prompt_);
        options.login_hint = detail::null_if_empty(login_hint_);
        options.acr_values = detail::null_if_empty(acr_values_);
        options.ui_locales = detail::null_if_empty(ui_locales_);
        options.audience = detail::null_if_empty(audience_);
        options.resource = detail::null_if_empty(resource_);
        options.scopes = detail::null_if_empty(scopes_);
        options.extra_parameters = c_parameters_.empty() ? nullptr : c_parameters_.data();
        options.extra_parameter_count = static_cast<std::uint32_t>(c_parameters_.size());
        options.max_age_s = max_age_s_;
        options.login_timeout_ms = login_timeout_ms_;
        return options;
    }

private:
    template <typename T>
    LoginOptions &set(T &field, T value) {
        field = std::move(value);
        return *this;
    }

    std::string prompt_, login_hint_, acr_values_, ui_locales_, audience_, resource_, scopes_;
    std::vector<std::pair<std::string, std::string>> parameters_;
    std::vector<latchkey_parameter> c_parameters_;
    std::uint32_t flags_ = 0;
    std::uint32_t max_age_s_ = 0;
    std::uint32_t login_timeout_ms_ = 0;
};

/* -- What a client hands out -- */

/** One picture of where a client stands, filled by Client::poll_status. Keep one and fill it anew each frame: nothing allocates. */
class Status {
public:
    State state() const noexcept { return static_cast<State>(status_.state); }
    /** Why the last attempt (login, refresh or logout) failed; Result::Ok if it did not. */
    Result error() const noexcept { return status_.error; }
    /** Which check failed, with Result::TokenRejected. */
    Check failed_check() const noexcept { return static_cast<Check>(status_.error_detail); }
    /** The session is kept, but the provider can't be reached. */
    bool offline() const noexcept { return has(LATCHKEY_STATUS_OFFLINE); }
    /** The session will survive a restart of the game. */
    bool persisted() const noexcept { return has(LATCHKEY_STATUS_PERSISTED); }
    /** A new access token is being fetched. */
    bool refreshing() const noexcept { return has(LATCHKEY_STATUS_REFRESHING); }
    /** The login that this is about; grows by one with each Client::start_login. */
    std::uint64_t login_id() const noexcept { return status_.login_id; }
    /** When the login times out: milliseconds since 1970-01-01 UTC; 0 when none is running. */
    std::uint64_t deadline_ms() const noexcept { return status_.deadline; }
    /** Grows with every change. */
    std::uint64_t revision() const noexcept { return status_.revision; }
    /** Whether anything is different from the status that had this revision. */
    bool changed_since(std::uint64_t earlier) const noexcept { return status_.revision != earlier; }
    /** The C struct. */
    const latchkey_status &c_status() const noexcept { return status_; }

private:
    friend class Client;

    bool has(std::uint32_t flag) const noexcept { return (status_.flags & flag) != 0; }

    latchkey_status status_ = LATCHKEY_STATUS_INIT;
};

/** Owns one C object, or none, and frees it with the function that belongs to it. Can be moved, not copied. */
template <typename T, void (*Free)(T *)>
class Owner {
public:
    Owner() noexcept = default;
    /** Takes over an object that the C ABI handed out. */
    explicit Owner(T *object) noexcept : object_(object) {}
    Owner(Owner &&other) noexcept : object_(other.release()) {}
    Owner &operator=(Owner &&other) noexcept {
        reset(other.release());
        return *this;
    }
    Owner(const Owner &) = delete;
    Owner &operator=(const Owner &) = delete;
    ~Owner() { Free(object_); }

    /** Whether there is an object. */
    explicit operator bool() const noexcept { return object_ != nullptr; }
    /** The C object, still owned here. */
    T *get() const noexcept { return object_; }
    /** Gives the C object away: the caller frees it. */
    T *release() noexcept {
        T *const object = object_;
        object_ = nullptr;
        return object;
    }
    /** Frees the object and takes over another, or none. */
    void reset(T *object = nullptr) noexcept {
        T *const former = object_;
        object_ = object;
        Free(former);
    }

private:
    T *object_ = nullptr;
};

/** Who signed in, from claims that were verified. A copy: it stays as it was when it was handed out. */
class Profile : public Owner<latchkey_profile, latchkey_profile_free> {
public:
    using Owner::Owner;

    /** The player's id at this issuer, and all that may serve as a key. nullptr only for an empty profile. */
    const char *subject() const noexcept { return latchkey_profile_subject(get()); }
    /** The name to show, or nullptr. */
    const char *name() const noexcept { return latchkey_profile_name(get()); }
    /** The e-mail address, or nullptr. Not a key: it changes, and may not be verified. */
    const char *email() const noexcept { return latchkey_profile_email(get()); }
    bool email_verified() const noexcept { return latchkey_profile_email_verified(get()) != 0; }
    /** URL of a picture, http or https, or nullptr. */
    const char *picture() const noexcept { return latchkey_profile_picture(get()); }
    /** The name that the player chose at the provider, or nullptr. Not unique, and it changes. */
    const char *preferred_username() const noexcept { return latchkey_profile_preferred_username(get()); }
    /** BCP 47 language tag, or nullptr. */
    const char *locale() const noexcept { return latchkey_profile_locale(get()); }

    std::size_t role_count() const noexcept { return latchkey_profile_role_count(get()); }
    /** The role at `index`, or nullptr past the end. */
    const char *role(std::size_t index) const noexcept { return latchkey_profile_role(get(), index); }
    /** For what the game shows; what it allows is for its server to check. */
    bool has_role(const char *name) const noexcept { return latchkey_profile_has_role(get(), name) != 0; }

    std::size_t permission_count() const noexcept { return latchkey_profile_permission_count(get()); }
    /** The permission at `index`, or nullptr past the end. */
    const char *permission(std::size_t index) const noexcept { return latchkey_profile_permission(get(), index); }
    bool has_permission(const char *name) const noexcept { return latchkey_profile_has_permission(get(), name) != 0; }

    std::size_t tenant_count() const noexcept { return latchkey_profile_tenant_count(get()); }
    /** The tenant's id at `index`, or nullptr past the end. */
    const char *tenant(std::size_t index) const noexcept { return latchkey_profile_tenant(get(), index); }

    /** Any other claim by its name at the top level: a text as it is, everything else as JSON. nullptr when there is none. */
    const char *claim(const char *name) const noexcept { return latchkey_profile_claim(get(), name); }
    /** All claims as one JSON object. nullptr only for an empty profile. */
    const char *json() const noexcept { return latchkey_profile_json(get()); }
};

/** An access token; wiped when it is freed. Its getters answer nullptr only for an empty token. */
class Token : public Owner<latchkey_token, latchkey_token_free> {
public:
    using Owner::Owner;

    /** The token, as it goes into `Authorization: Bearer ...`. A copy of this text is not wiped. */
    const char *text() const noexcept { return latchkey_token_text(get()); }
    /** `Bearer` or another type. */
    const char *type() const noexcept { return latchkey_token_type(get()); }
    /** The scopes that were granted, separated by spaces. */
    const char *scopes() const noexcept { return latchkey_token_scopes(get()); }
    /** Seconds since 1970-01-01 UTC by this machine's clock; 0 if the provider did not say. */
    std::int64_t expires_at() const noexcept { return latchkey_token_expires_at(get()); }
};

/** What the player has to do, for hosts that show it themselves. */
class Prompt : public Owner<latchkey_prompt, latchkey_prompt_free> {
public:
    using Owner::Owner;

    /** A sign-in or a sign-out; an empty prompt says: a sign-in. */
    PromptKind kind() const noexcept {
        std::uint32_t kind = LATCHKEY_PROMPT_LOGIN;
        latchkey_prompt_kind(get(), &kind);
        return static_cast<PromptKind>(kind);
    }
    /** The URL to open in a browser; show it to the player, do not log it. nullptr only for an empty prompt. */
    const char *url() const noexcept { return latchkey_prompt_url(get()); }

    /** The code that the player types or compares on the other screen; nullptr for other kinds than PromptKind::Device. */
    const char *user_code() const noexcept { return latchkey_prompt_user_code(get()); }
    /** Where the player types it; nullptr for other kinds than PromptKind::Device. */
    const char *verification_url() const noexcept { return latchkey_prompt_verification_url(get()); }
    /** Modules per side of the QR code of url(), without the quiet zone of four; 0 for other kinds than PromptKind::Device. */
    std::uint32_t qr_size() const noexcept { return latchkey_prompt_qr_size(get()); }
    /** The modules, row by row: 1 dark, 0 light. nullptr for other kinds than PromptKind::Device. */
    const std::uint8_t *qr_modules() const noexcept { return latchkey_prompt_qr_modules(get()); }
    /** Whether the module at this place is dark; light outside of the code, which is its quiet zone. */
    bool qr_dark(std::uint32_t x, std::uint32_t y) const noexcept {
        const std::uint32_t size = qr_size();
        return x < size && y < size && qr_modules()[static_cast<std::size_t>(y) * size + x] != 0;
    }
};

/* -- Clients -- */

/**
 * One player's identity at one provider. Its destructor, reset and move assignment end the client that it owns and wait until its
 * sockets are closed, for 500 milliseconds at most; nothing else here waits. A session outlives it: logout is what ends one.
 */
class Client : public Owner<latchkey_client, latchkey_client_destroy> {
public:
    using Owner::Owner;

    /**
     * Makes a client and starts to look the provider up. On success it becomes `out_client`, and the one that was there ends.
     *
     * Errors: Result::Configuration (Config::validate has the sentence), Result::InvalidArgument, Result::NotSupported,
     * Result::InvalidState, Result::InternalError.
     */
    static Result create(const latchkey_config &config, Client &out_client) noexcept {
        latchkey_client *client = nullptr;
        const Result result = latchkey_client_create(&config, &client);
        if (result.ok()) out_client.reset(client);
        return result;
    }

    /** As above. `config` may be freed when the call returns. */
    static Result create(const Config &config, Client &out_client) noexcept {
        return create(config.c_config(), out_client);
    }

    /**
     * Begins a login and returns at once; the status tells the rest. A login that was still waiting is replaced.
     *
     * Errors: Result::InvalidArgument, Result::Configuration, Result::NotSupported, Result::InvalidState.
     */
    Result start_login(const latchkey_login_options &options) noexcept { return latchkey_start_login(get(), &options); }

    /** As above. */
    Result start_login(LoginOptions options = LoginOptions()) { return start_login(options.c_options()); }

    /** Ends a login that is under way. Errors: Result::InvalidState when there is none. */
    Result cancel_login() noexcept { return latchkey_cancel_login(get()); }

    /** Fills `out_status`. Meant for every frame: it never waits, allocates or locks. Errors: Result::InvalidArgument. */
    Result poll_status(Status &out_status) const noexcept { return latchkey_poll_status(get(), &out_status.status_); }

    /** Hands out what the player has to do. Errors: Result::InvalidState when that is nothing. */
    Result get_prompt(Prompt &out_prompt) const noexcept {
        latchkey_prompt *prompt = nullptr;
        const Result result = latchkey_get_prompt(get(), &prompt);
        if (result.ok()) out_prompt.reset(prompt);
        return result;
    }

    /** Hands out who is signed in. Errors: Result::InvalidState when nobody is. */
    Result get_profile(Profile &out_profile) const noexcept {
        latchkey_profile *profile = nullptr;
        const Result result = latchkey_get_profile(get(), &profile);
        if (result.ok()) out_profile.reset(profile);
        return result;
    }

    /**
     * Hands out an access token that is good for at least `min_valid_s` seconds more.
     *
     * Errors: Result::Pending while a new one is fetched: ask again when Status::refreshing() is over; Result::InvalidState when
     * nobody is signed in; Result::SessionExpired; Result::Network.
     */
    Result get_access_token(std::uint32_t min_valid_s, Token &out_token) noexcept {
        latchkey_token *token = nullptr;
        const Result result = latchkey_get_access_token(get(), min_valid_s, &token);
        if (result.ok()) out_token.reset(token);
        return result;
    }

    /** latchkey_resume_session: takes up the session of last time, without a browser. Call it at launch. */
    Result resume_session() noexcept { return latchkey_resume_session(get()); }

    /**
     * Fetches a new access token now; Status::refreshing() until it is done.
     *
     * Errors: Result::InvalidState when nobody is signed in; Result::NotSupported without a refresh token.
     */
    Result refresh_session() noexcept { return latchkey_refresh_session(get()); }

    /** Ends the session, here at once and at the provider in the background; the status tells whether that worked. */
    Result logout(LogoutMode mode) noexcept { return latchkey_logout(get(), static_cast<std::uint32_t>(mode)); }

    /** The sentence that tells a person about the last failure of this client; empty if nothing has failed. */
    std::string error_message() const {
        std::string message;
        detail::read_text(message, [this](char *buffer, std::size_t capacity, std::size_t *needed) {
            return Result(latchkey_client_error(get(), buffer, capacity, needed));
        });
        return message;
    }
};

} // namespace latchkey

#endif
