/*
 * latchkey.hpp over a whole session: a code for another screen, a sign-in, profile and token handed out, moved and read after their
 * client, a refresh and a sign-out. Prints the URL to open; whoever runs it is the player.
 */

#include "check.h"

#include <latchkey.hpp>

#include <cstring>
#include <vector>

namespace {

using latchkey::Client;
using latchkey::Profile;
using latchkey::Prompt;
using latchkey::Result;
using latchkey::State;
using latchkey::Status;
using latchkey::Token;

static_assert(noexcept(std::declval<Client &>().poll_status(std::declval<Status &>())), "a frame never throws");
static_assert(noexcept(std::declval<Client &>().get_profile(std::declval<Profile &>())), "nor does this");
static_assert(noexcept(std::declval<Client &>().get_access_token(0, std::declval<Token &>())), "nor this");

bool same(const char *left, const char *right) {
    return left != nullptr && std::strcmp(left, right) == 0;
}

bool comes_to(const Client &client, State state) {
    latchkey_status status = LATCHKEY_STATUS_INIT;
    return reaches(client.get(), static_cast<std::uint32_t>(state), &status) != 0;
}

void test_another_screen(Client &client) {
    Prompt prompt;
    CHECK(client.start_login(latchkey::LoginOptions().on_another_screen()).ok());
    CHECK(comes_to(client, State::WaitingForPlayer));
    CHECK(client.get_prompt(prompt).ok());
    CHECK(prompt.kind() == latchkey::PromptKind::Device);
    CHECK(prompt.user_code() != nullptr && std::strstr(prompt.url(), prompt.user_code()) != nullptr);
    CHECK(prompt.verification_url() != nullptr && prompt.qr_modules() != nullptr);

    /* The finder pattern's corners are dark; beyond the code all is light. */
    const std::uint32_t size = prompt.qr_size();
    CHECK(size >= 21 && prompt.qr_dark(0, 0) && prompt.qr_dark(size - 1, 0) && prompt.qr_dark(0, size - 1));
    CHECK(!prompt.qr_dark(1, 1) && !prompt.qr_dark(size, 0) && !prompt.qr_dark(0, size) && !prompt.qr_dark(~0u, ~0u));
    for (std::uint32_t y = 0; y < size; y++) {
        for (std::uint32_t x = 0; x < size; x++) CHECK(prompt.qr_dark(x, y) == (prompt.qr_modules()[y * size + x] == 1));
    }
    CHECK(client.cancel_login().ok());
    CHECK(comes_to(client, State::SignedOut));
    CHECK(client.get_prompt(prompt) == Result::InvalidState);
    CHECK(prompt && prompt.qr_size() == size); /* Written only on success. */
}

void test_sign_in(Client &client) {
    Prompt prompt;
    Status status;
    CHECK(client.start_login().ok());
    CHECK(comes_to(client, State::WaitingForPlayer));
    CHECK(client.get_prompt(prompt).ok());
    std::printf("open: %s\n", prompt.url());
    std::fflush(stdout);
    CHECK(comes_to(client, State::SignedIn));
    CHECK(client.poll_status(status).ok());
    CHECK(status.state() == State::SignedIn && status.error().ok() && status.deadline_ms() == 0);
    CHECK(!status.persisted() && !status.offline());
}

void test_profile(Client &client) {
    Profile profile;
    CHECK(client.get_profile(profile).ok() && profile);
    CHECK(same(profile.name(), "Ada Lovelace") && profile.subject() != nullptr && profile.email() != nullptr);
    CHECK(profile.email_verified() && std::strchr(profile.email(), '@') != nullptr);
    CHECK(profile.role_count() == 2 && same(profile.role(0), "captain") && same(profile.role(1), "beta"));
    CHECK(profile.role(2) == nullptr && profile.has_role("beta") && !profile.has_role("admin"));
    CHECK(profile.permission_count() == 1 && same(profile.permission(0), "chat") && profile.has_permission("chat"));
    CHECK(profile.tenant_count() == 1 && same(profile.tenant(0), "guild-7"));
    CHECK(same(profile.claim("level"), "12") && profile.claim("nothing") == nullptr);
    CHECK(std::strstr(profile.json(), "\"guild-7\"") != nullptr);

    /* Moved it is the same object; the text stays where it is. */
    const char *const name = profile.name();
    Profile moved(std::move(profile));
    CHECK(!profile && profile.name() == nullptr && moved.name() == name);
    CHECK(client.get_profile(profile).ok() && profile.get() != moved.get());
    profile = std::move(moved);
    CHECK(!moved && profile.name() == name);
    std::vector<Profile> party;
    for (int i = 0; i < 9; i++) {
        party.emplace_back();
        CHECK(client.get_profile(party.back()).ok());
    }
    for (const Profile &one : party) CHECK(same(one.name(), "Ada Lovelace"));
}

void test_token(Client &client) {
    Token token;
    CHECK(client.get_access_token(0, token).ok() && token);
    CHECK(same(token.type(), "Bearer") && token.text() != nullptr && std::strstr(token.scopes(), "openid") != nullptr);
    CHECK(token.expires_at() > 0);
    const std::string first = token.text();

    Status status;
    CHECK(client.refresh_session().ok());
    do {
        wait_one_millisecond();
        CHECK(client.poll_status(status).ok());
    } while (status.refreshing());
    CHECK(status.error().ok());
    CHECK(client.get_access_token(0, token).ok() && first != token.text()); /* The former was freed. */
    Token adopted(token.release());
    CHECK(!token && same(adopted.type(), "Bearer"));
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    Client client;
    Profile survivor;
    Token token;
    CHECK(Client::create(latchkey::Config().issuer(argv[1]).client_id("layer").browser(latchkey::Browser::Host), client).ok());
    test_another_screen(client);
    test_sign_in(client);
    test_profile(client);
    test_token(client);
    CHECK(client.get_profile(survivor).ok() && client.get_access_token(0, token).ok());

    CHECK(client.logout(latchkey::LogoutMode::Revoke).ok());
    CHECK(comes_to(client, State::SignedOut));
    Profile nobody;
    CHECK(client.get_profile(nobody) == Result::InvalidState && !nobody);
    client.reset();
    CHECK(same(survivor.name(), "Ada Lovelace") && same(token.type(), "Bearer"));
    CHECK(latchkey::shutdown(5000).ok());
    CHECK(same(survivor.name(), "Ada Lovelace"));
    return checks_done();
}
