/*
 * What latchkey.hpp adds to the C ABI: owners that move, builders that own their texts, results and enums. Built with
 * LATCHKEY_SHORT_NAMES too, also with latchkey.h included before, so that its macros are there when latchkey.hpp comes.
 */

#include <latchkey.hpp>

#include "check.h"

#include <cstring>
#include <type_traits>

#if defined(LATCHKEY_SHORT_NAMES) && defined(__GLIBC__)
#include <utmp.h> /* declares the logout() of libc */
#endif

namespace {

using latchkey::Client;
using latchkey::Config;
using latchkey::LoginOptions;
using latchkey::LogoutMode;
using latchkey::Profile;
using latchkey::Prompt;
using latchkey::Result;
using latchkey::State;
using latchkey::Status;
using latchkey::Token;

template <typename T>
constexpr bool moves_only() {
    return std::is_nothrow_default_constructible<T>::value && std::is_nothrow_move_constructible<T>::value &&
           std::is_nothrow_move_assignable<T>::value && !std::is_copy_constructible<T>::value &&
           !std::is_copy_assignable<T>::value && sizeof(T) == sizeof(void *);
}

static_assert(moves_only<Client>() && moves_only<Profile>() && moves_only<Token>() && moves_only<Prompt>(), "owners");
static_assert(std::is_copy_constructible<Config>::value && std::is_copy_assignable<Config>::value, "builder");
static_assert(std::is_copy_constructible<LoginOptions>::value && std::is_copy_assignable<LoginOptions>::value, "builder");
static_assert(!std::is_convertible<Result, bool>::value && !std::is_constructible<bool, Result>::value, "no bool");
static_assert(Result().ok() && !Result(Result::Denied).ok() && Result(99) != Result::Ok, "results");
static_assert(sizeof(Result) == sizeof(latchkey_result) && sizeof(Status) == sizeof(latchkey_status), "no overhead");

/* More than what std::string keeps in itself, and less. */
const char *const long_text = "a text that is too long to be kept inside of the std::string object itself";
const char *const short_text = "short";

Config usable_config() {
    return Config().issuer(refusing_issuer()).client_id("my-game").browser(latchkey::Browser::Host);
}

/* Plain OAuth 2.0 with every endpoint given: a login waits for its player without a single request. */
Config offline_config() {
    return Config()
        .client_id("my-game")
        .scopes("identify")
        .authorization_endpoint("http://127.0.0.1:1/authorize")
        .token_endpoint("http://127.0.0.1:1/token")
        .userinfo_endpoint("http://127.0.0.1:1/userinfo")
        .browser(latchkey::Browser::Host);
}

bool same(const char *left, const char *right) {
    return left != nullptr && std::strcmp(left, right) == 0;
}

void test_results() {
    const Result denied = Result::Denied;
    CHECK(denied == LATCHKEY_DENIED && denied != LATCHKEY_OK && denied == Result::Denied && LATCHKEY_DENIED == denied);
    CHECK(same(denied.name(), "LATCHKEY_DENIED"));
    CHECK(same(Result(-1).name(), "LATCHKEY_UNKNOWN_RESULT"));
    switch (denied.code()) {
    case Result::Denied: CHECK(true); break;
    default: CHECK(false);
    }
    CHECK(latchkey::version() == LATCHKEY_VERSION);
}

void test_empty_owners() {
    Client client;
    Status status;
    Prompt prompt;
    Profile profile;
    Token token;

    CHECK(!client && client.get() == nullptr);
    CHECK(client.start_login() == Result::InvalidArgument);
    CHECK(client.poll_status(status) == Result::InvalidArgument);
    CHECK(client.get_profile(profile) == Result::InvalidArgument);
    CHECK(client.logout(LogoutMode::Local) == Result::InvalidArgument);
    CHECK(client.cancel_login() == Result::InvalidArgument);
    CHECK(client.get_prompt(prompt) == Result::InvalidArgument);
    CHECK(client.get_access_token(0, token) == Result::InvalidArgument);
    CHECK(client.refresh_session() == Result::InvalidArgument);
    CHECK(client.resume_session() == Result::InvalidArgument);
    CHECK(client.error_message().empty());
    client.reset();

    CHECK(!prompt && prompt.url() == nullptr && prompt.kind() == latchkey::PromptKind::Login);
    CHECK(prompt.user_code() == nullptr && prompt.verification_url() == nullptr);
    CHECK(prompt.qr_size() == 0 && prompt.qr_modules() == nullptr && !prompt.qr_dark(0, 0));
    CHECK(!token && token.text() == nullptr && token.type() == nullptr && token.scopes() == nullptr);
    CHECK(token.expires_at() == 0);
    CHECK(!profile && profile.subject() == nullptr && profile.name() == nullptr && profile.email() == nullptr);
    CHECK(!profile.email_verified() && profile.picture() == nullptr && profile.preferred_username() == nullptr);
    CHECK(profile.locale() == nullptr && profile.claim("sub") == nullptr && profile.json() == nullptr);
    CHECK(profile.role_count() == 0 && profile.role(0) == nullptr && !profile.has_role("admin"));
    CHECK(profile.permission_count() == 0 && profile.permission(0) == nullptr && !profile.has_permission("chat"));
    CHECK(profile.tenant_count() == 0 && profile.tenant(0) == nullptr);
    CHECK(!status.changed_since(0) && status.state() == State::SignedOut && status.error().ok());
}

void test_config_owns_its_texts() {
    latchkey_config bare = Config().c_config();
    const latchkey_config fresh = LATCHKEY_CONFIG_INIT;
    CHECK(std::memcmp(&bare, &fresh, sizeof bare) == 0);
    CHECK(Config().wanted_claims("").c_config().wanted_claims != nullptr);

    Config config;
    {
        const std::string passing_long(long_text);
        const std::string passing_short(short_text);
        config.issuer(passing_long).client_id(passing_short).redirect_ports({8400, 8401}).wanted_claims("email");
        config.client_secret("secret", latchkey::ClientAuth::Post).redirect_host(latchkey::RedirectHost::Localhost);
        config.browser(latchkey::Browser::Host).login_timeout_ms(1000).clock_leeway_s(30);
    }
    const Config copy(config);
    const Config moved(std::move(config));
    for (const Config *const one : {&copy, &moved}) {
        const latchkey_config c = one->c_config();
        CHECK(c.struct_size == sizeof c);
        CHECK(same(c.issuer, long_text) && same(c.client_id, short_text) && same(c.client_secret, "secret"));
        CHECK(c.redirect_port_count == 2 && c.redirect_ports[0] == 8400 && c.redirect_ports[1] == 8401);
        CHECK(c.redirect_host == LATCHKEY_REDIRECT_LOCALHOST && c.browser == LATCHKEY_BROWSER_HOST);
        CHECK(c.client_auth == LATCHKEY_CLIENT_AUTH_POST && c.login_timeout_ms == 1000 && c.clock_leeway_s == 30);
        CHECK(same(c.wanted_claims, "email") && c.scopes == nullptr && c.page_title == nullptr);
    }
    CHECK(copy.c_config().client_id != moved.c_config().client_id);
}

/* One setter at a time, so that none writes the field of another. */
void test_every_config_setter_has_its_field() {
    CHECK(same(Config().issuer("x").c_config().issuer, "x"));
    CHECK(same(Config().client_id("x").c_config().client_id, "x"));
    CHECK(same(Config().profile_slot("x").c_config().profile_slot, "x"));
    CHECK(Config().default_token_lifetime_s(7).c_config().default_token_lifetime_s == 7);
    CHECK(Config().storage(latchkey::Storage::System).c_config().storage == LATCHKEY_STORAGE_SYSTEM);
    latchkey_store vault = LATCHKEY_STORE_INIT;
    vault.context = &vault;
    const Config hosted = Config().store(vault);
    CHECK(hosted.c_config().storage == LATCHKEY_STORAGE_HOST && hosted.c_config().store->context == &vault);
    CHECK(same(Config().client_secret("x").c_config().client_secret, "x"));
    CHECK(same(Config().scopes("x").c_config().scopes, "x"));
    CHECK(same(Config().authorization_endpoint("x").c_config().authorization_endpoint, "x"));
    CHECK(same(Config().token_endpoint("x").c_config().token_endpoint, "x"));
    CHECK(same(Config().userinfo_endpoint("x").c_config().userinfo_endpoint, "x"));
    CHECK(same(Config().jwks_uri("x").c_config().jwks_uri, "x"));
    CHECK(same(Config().revocation_endpoint("x").c_config().revocation_endpoint, "x"));
    CHECK(same(Config().end_session_endpoint("x").c_config().end_session_endpoint, "x"));
    CHECK(same(Config().device_authorization_endpoint("x").c_config().device_authorization_endpoint, "x"));
    CHECK(same(Config().redirect_path("x").c_config().redirect_path, "x"));
    CHECK(same(Config().post_logout_path("x").c_config().post_logout_path, "x"));
    CHECK(same(Config().wanted_claims("x").c_config().wanted_claims, "x"));
    CHECK(same(Config().subject_claim("x").c_config().subject_claim, "x"));
    CHECK(same(Config().roles_claim("x").c_config().roles_claim, "x"));
    CHECK(same(Config().permissions_claim("x").c_config().permissions_claim, "x"));
    CHECK(same(Config().tenants_claim("x").c_config().tenants_claim, "x"));
    CHECK(same(Config().ca_certificates("x").c_config().ca_certificates, "x"));
    CHECK(same(Config().page_title("x").c_config().page_title, "x"));
    CHECK(same(Config().page_message("x").c_config().page_message, "x"));
    CHECK(same(Config().page_color("x").c_config().page_color, "x"));
}

void test_login_options_own_their_texts() {
    latchkey_login_options bare = LoginOptions().c_options();
    const latchkey_login_options fresh = LATCHKEY_LOGIN_OPTIONS_INIT;
    CHECK(std::memcmp(&bare, &fresh, sizeof bare) == 0);
    CHECK(LoginOptions().on_another_screen().max_age_s(1).c_options().flags == (LATCHKEY_LOGIN_DEVICE | LATCHKEY_LOGIN_MAX_AGE));
    CHECK(LoginOptions().max_age_s(1).on_another_screen().on_another_screen(false).c_options().flags == LATCHKEY_LOGIN_MAX_AGE);

    LoginOptions options;
    for (int i = 0; i < 20; i++) options.parameter(short_text, long_text).parameter(std::to_string(i), "value");
    options.prompt("login").login_hint("hint").acr_values("acr").ui_locales("de").audience("api");
    options.resource("urn:api").scopes("openid").max_age_s(0).login_timeout_ms(5);

    LoginOptions copy(options);
    LoginOptions moved(std::move(options));
    for (LoginOptions *const one : {&copy, &moved}) {
        const latchkey_login_options c = one->c_options();
        CHECK(c.struct_size == sizeof c && c.flags == LATCHKEY_LOGIN_MAX_AGE && c.max_age_s == 0);
        CHECK(same(c.prompt, "login") && same(c.login_hint, "hint") && same(c.acr_values, "acr"));
        CHECK(same(c.ui_locales, "de") && same(c.audience, "api") && same(c.resource, "urn:api"));
        CHECK(same(c.scopes, "openid") && c.login_timeout_ms == 5 && c.extra_parameter_count == 40);
        CHECK(same(c.extra_parameters[0].name, short_text) && same(c.extra_parameters[38].value, long_text));
        CHECK(same(c.extra_parameters[39].name, "19") && same(c.extra_parameters[39].value, "value"));
        CHECK(one->c_options().extra_parameter_count == 40);
    }
    CHECK(copy.c_options().extra_parameters[0].name != moved.c_options().extra_parameters[0].name);
}

void test_configurations_are_validated() {
    std::string sentence = "before";
    CHECK(usable_config().validate(sentence).ok());
    CHECK(sentence.empty());
    CHECK(Config().issuer("nowhere").client_id("my-game").validate(sentence) == Result::Configuration);
    CHECK(sentence.find("issuer") != std::string::npos && sentence.find('\0') == std::string::npos);
    /* Longer than the first guess at its length. */
    CHECK(usable_config().issuer("https://" + std::string(180, 'x') + " y").validate(sentence) == Result::Configuration);
    CHECK(sentence.size() > 256 && sentence.find('\0') == std::string::npos);

    Client client;
    CHECK(Client::create(Config(), client) == Result::Configuration);
    CHECK(!client);
}

void test_clients_move() {
    Client first;
    CHECK(Client::create(usable_config(), first).ok());
    latchkey_client *const raw = first.get();
    CHECK(raw != nullptr);

    Client second(std::move(first));
    CHECK(!first && second.get() == raw);
    Client &itself = second;
    second = std::move(itself);
    CHECK(second.get() == raw);

    Status status;
    CHECK(second.poll_status(status).ok());
    CHECK(first.poll_status(status) == Result::InvalidArgument);

    /* What an owner held before ends when it gets another, from create and from a move alike. */
    CHECK(Client::create(usable_config().c_config(), second).ok());
    CHECK(second.get() != raw);
    latchkey_status c_status = LATCHKEY_STATUS_INIT;
    CHECK(latchkey_poll_status(raw, &c_status) == LATCHKEY_INVALID_ARGUMENT);
    latchkey_client *const replaced = second.get();
    CHECK(Client::create(usable_config(), first).ok());
    second = std::move(first);
    CHECK(latchkey_poll_status(replaced, &c_status) == LATCHKEY_INVALID_ARGUMENT);

    /* Failure leaves the owner as it is. */
    latchkey_client *const kept = second.get();
    CHECK(Client::create(Config(), second) == Result::Configuration);
    CHECK(second.get() == kept && second.poll_status(status).ok());

    Client adopted(second.release());
    CHECK(!second && adopted.get() == kept);
    adopted.reset();
    CHECK(latchkey_poll_status(kept, &c_status) == LATCHKEY_INVALID_ARGUMENT);

    std::vector<Client> split_screen(4);
    for (Client &player : split_screen) CHECK(Client::create(usable_config(), player).ok());
    split_screen.erase(split_screen.begin());
    for (const Client &player : split_screen) CHECK(player.poll_status(status).ok());
}

void test_login() {
    Client client;
    Status status;
    CHECK(Client::create(offline_config(), client).ok());
    CHECK(client.poll_status(status).ok());
    const std::uint64_t before = status.revision();
    CHECK(!status.changed_since(before));

    LoginOptions options;
    options.prompt("login").parameter("theme", "dark");
    CHECK(client.start_login(options).ok());
    latchkey_status c_status = LATCHKEY_STATUS_INIT;
    CHECK(reaches(client.get(), LATCHKEY_STATE_WAITING_FOR_PLAYER, &c_status));
    CHECK(client.poll_status(status).ok());
    CHECK(status.state() == State::WaitingForPlayer && status.error().ok() && status.changed_since(before));
    CHECK(status.login_id() == 1 && status.deadline_ms() > 0 && !status.offline() && !status.refreshing());

    Prompt prompt;
    CHECK(client.get_prompt(prompt).ok());
    CHECK(prompt.kind() == latchkey::PromptKind::Login);
    CHECK(prompt.url() != nullptr && std::strstr(prompt.url(), "theme=dark") != nullptr);
    CHECK(client.get_prompt(prompt).ok());
    const Prompt moved(std::move(prompt));
    CHECK(!prompt && moved.url() != nullptr);

    Profile profile;
    Token token;
    CHECK(client.get_profile(profile) == Result::InvalidState && !profile);
    CHECK(client.get_access_token(60, token) == Result::InvalidState && !token);
    CHECK(client.refresh_session() == Result::InvalidState);
    CHECK(client.resume_session() == Result::InvalidState);
    CHECK(client.start_login(LoginOptions().parameter("state", "mine")) == Result::Configuration);
    CHECK(!client.error_message().empty());

    CHECK(client.cancel_login().ok());
    CHECK(reaches(client.get(), LATCHKEY_STATE_SIGNED_OUT, &c_status));
    CHECK(client.poll_status(status).ok());
    CHECK(status.error() == Result::Cancelled && status.failed_check() == latchkey::Check::Unspecified);
    CHECK(client.logout(LogoutMode::Local).ok());

    CHECK(Client::create(usable_config(), client).ok());
    CHECK(client.start_login().ok());
    CHECK(reaches(client.get(), LATCHKEY_STATE_SIGNED_OUT, &c_status));
    CHECK(client.poll_status(status).ok());
    CHECK(status.error() == Result::Network);
    CHECK(!client.error_message().empty());
    CHECK(status.c_status().revision == status.revision());
}

#ifdef LATCHKEY_SHORT_NAMES
void test_bare_words() {
    Client client;
    latchkey_status status = LATCHKEY_STATUS_INIT;
    const latchkey_login_options options = LATCHKEY_LOGIN_OPTIONS_INIT;
    latchkey_profile *profile = nullptr;
    CHECK(Client::create(offline_config(), client).ok());
    CHECK(start_login(client.get(), &options) == LATCHKEY_OK);
    CHECK(poll_status(client.get(), &status) == LATCHKEY_OK);
    CHECK(get_profile(client.get(), &profile) == LATCHKEY_INVALID_STATE);
    CHECK(logout(client.get(), LATCHKEY_LOGOUT_LOCAL) == LATCHKEY_OK);

#ifdef __GLIBC__
    /* The one of libc is still there, and still another. */
    int (*const of_libc)(const char *) = ::logout;
    CHECK(of_libc != nullptr);
#endif
}
#endif

void test_shutdown() {
    Client client;
    Status status;
    CHECK(Client::create(usable_config(), client).ok());
    CHECK(latchkey::set_log_sink(nullptr, nullptr).ok());
    CHECK(latchkey::shutdown(5000).ok());
    CHECK(client.poll_status(status) == Result::InvalidArgument);
    CHECK(latchkey::shutdown(5000).ok());
}

} // namespace

int main() {
    test_results();
    test_empty_owners();
    test_config_owns_its_texts();
    test_every_config_setter_has_its_field();
    test_login_options_own_their_texts();
    test_configurations_are_validated();
    test_clients_move();
    test_login();
#ifdef LATCHKEY_SHORT_NAMES
    test_bare_words();
#endif
    test_shutdown();
    return checks_done();
}
