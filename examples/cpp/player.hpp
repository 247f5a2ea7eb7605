/*
 * Who plays: one latchkey::Client and what the screen shows of it. This is what a game takes from here.
 *
 * Player::each_frame is called once a frame and never waits. What is asked of the library beyond the status is asked only in the
 * frames in which the status has changed; a token that has run out, until there is a new one. Nothing of SDL or Dear ImGui comes
 * in here, and no token goes out.
 */

#ifndef PLAYER_HPP
#define PLAYER_HPP

#include <latchkey.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

class Player {
public:
    /** False: `trouble()` says why, and there is nobody to sign in. */
    bool begin(const latchkey::Config &config) {
        if (!config.validate(trouble_).ok()) return false;
        const latchkey::Result result = latchkey::Client::create(config, client_);
        if (!result.ok()) return fails(result);
        return fails(client_.resume_session());
    }

    /** What was the screen's a frame ago may be gone after this. */
    void each_frame() {
        const auto before = std::chrono::steady_clock::now();
        const latchkey::Result result = client_.poll_status(status_);
        longest_poll_ = std::max(longest_poll_, std::chrono::steady_clock::now() - before);
        polls_++;
        if (!result.ok()) return;
        if (status_.changed_since(seen_)) look_again();
        else if (token_has_run_out()) look_at_token();
    }

    void sign_in() { started(client_.start_login()); }
    void sign_in_on_another_screen() { started(client_.start_login(latchkey::LoginOptions().on_another_screen())); }
    void cancel() { started(client_.cancel_login()); }
    void refresh() { started(client_.refresh_session()); }
    void sign_out() { started(client_.logout(latchkey::LogoutMode::Revoke)); }

    const latchkey::Status &status() const { return status_; }
    /** Empty unless somebody is signed in. */
    const latchkey::Profile &profile() const { return profile_; }
    /** Empty unless the player has something to do elsewhere. */
    const latchkey::Prompt &prompt() const { return prompt_; }
    /** What went wrong, for people; empty if nothing did. */
    const std::string &trouble() const { return trouble_; }

    /** Seconds that the access token is still good for. */
    long token_seconds_left() const { return static_cast<long>(std::max<std::int64_t>(0, expires_at_ - std::time(nullptr))); }
    /** How much of its life is left, 1 to 0. */
    float token_share_left() const {
        return token_life_ > 0 ? static_cast<float>(token_seconds_left()) / static_cast<float>(token_life_) : 0.0f;
    }
    /** `Bearer` and so on; empty without a token. */
    const std::string &token_type() const { return token_type_; }
    /** Seconds until the login, or its code on another screen, is over. */
    long login_seconds_left() const {
        const std::int64_t deadline = static_cast<std::int64_t>(status_.deadline_ms() / 1000);
        return static_cast<long>(std::max<std::int64_t>(0, deadline - std::time(nullptr)));
    }

    double longest_poll_us() const { return std::chrono::duration<double, std::micro>(longest_poll_).count(); }
    unsigned long polls() const { return polls_; }

private:
    void look_again() {
        seen_ = status_.revision();
        const bool signed_in = status_.state() == latchkey::State::SignedIn;

        /* Each of these says that there is none by its result, and that is all that is to be known. */
        if (!client_.get_prompt(prompt_).ok()) prompt_.reset();
        if (!client_.get_profile(profile_).ok()) profile_.reset();
        if (signed_in) look_at_token();
        else forget_token();
        /* Who cancels knows it. */
        const bool quiet = status_.error().ok() || status_.error() == latchkey::Result::Cancelled;
        trouble_ = quiet ? std::string() : client_.error_message();
    }

    /* The token itself is for the game's server: it is read where a request is made, and kept nowhere. */
    void look_at_token() {
        latchkey::Token token;
        if (!client_.get_access_token(0, token).ok()) return; /* On its way: the status changes when it is here. */
        if (token.expires_at() == expires_at_) return;
        expires_at_ = token.expires_at();
        token_life_ = expires_at_ - std::time(nullptr);
        token_type_ = token.type();
    }

    void forget_token() {
        expires_at_ = token_life_ = 0;
        token_type_.clear();
    }

    /* Without a look at it a token that nobody uses would stay as it is. */
    bool token_has_run_out() const { return expires_at_ != 0 && token_seconds_left() == 0 && !status_.refreshing(); }

    /* What could not even begin is in no status. */
    void started(latchkey::Result result) {
        if (!result.ok()) fails(result);
    }

    bool fails(latchkey::Result result) {
        trouble_ = client_.error_message();
        if (trouble_.empty() && !result.ok()) trouble_ = result.name();
        return result.ok();
    }

    latchkey::Client client_;
    latchkey::Status status_;
    latchkey::Profile profile_;
    latchkey::Prompt prompt_;
    std::string trouble_, token_type_;
    std::uint64_t seen_ = 0;
    std::int64_t expires_at_ = 0, token_life_ = 0;
    std::chrono::steady_clock::duration longest_poll_{};
    unsigned long polls_ = 0;
};

#endif
