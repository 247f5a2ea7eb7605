/* See screen.hpp. Sizes are pixels of a 960 by 640 window; the card stays in its middle. */

#include "screen.hpp"

#include <cmath>
#include <cstdio>

namespace {

const ImU32 white = IM_COL32(244, 246, 255, 255), grey = IM_COL32(164, 172, 204, 255);
const ImU32 gold = IM_COL32(255, 200, 92, 255), red = IM_COL32(255, 138, 128, 255), green = IM_COL32(124, 222, 160, 255);
const ImU32 panel = IM_COL32(20, 24, 48, 238), line = IM_COL32(86, 96, 150, 255), track = IM_COL32(46, 53, 94, 255);
const float card_width = 520, inner_width = 460;

std::string or_none(const char *text) {
    return text ? text : "none";
}

std::string minutes(long seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%ld:%02ld", seconds / 60, seconds % 60);
    return text;
}

/* The same sky each time: a star's place comes from its number. */
float scattered(int number, int salt) {
    const double value = std::sin(number * 12.9898 + salt * 78.233) * 43758.5453;
    return static_cast<float>(value - std::floor(value));
}

void hills(ImDrawList *list, ImVec2 size, float base, float height, float shift, ImU32 color) {
    const float step = 12;
    for (float x = 0; x < size.x; x += step) {
        const auto top = [&](float at) {
            return base - height * (std::sin((at + shift) * 0.0071f) + 0.55f * std::sin((at + shift) * 0.0173f + 1.3f));
        };
        list->AddQuadFilled(ImVec2(x, top(x)), ImVec2(x + step, top(x + step)), ImVec2(x + step, size.y), ImVec2(x, size.y), color);
    }
}

void sky(ImDrawList *list, ImVec2 size, double seconds) {
    const ImU32 top = IM_COL32(13, 14, 40, 255), bottom = IM_COL32(92, 60, 122, 255);
    const float time = static_cast<float>(std::fmod(seconds, 3600.0));
    list->AddRectFilledMultiColor(ImVec2(0, 0), size, top, top, bottom, bottom);
    for (int i = 0; i < 140; i++) {
        const float x = std::fmod(scattered(i, 1) * size.x + time * (2 + 6 * scattered(i, 3)), size.x);
        const float glow = 0.5f + 0.5f * std::sin(time * 1.5f + static_cast<float>(i));
        const int alpha = 70 + static_cast<int>(150 * glow);
        list->AddCircleFilled(ImVec2(x, scattered(i, 2) * size.y * 0.72f), 0.7f + 1.1f * scattered(i, 4), IM_COL32(255, 255, 255, alpha), 8);
    }
    list->AddCircleFilled(ImVec2(size.x - 96, 96), 40, IM_COL32(255, 232, 190, 255), 48);
    hills(list, size, size.y - 92, 26, time * 8, IM_COL32(52, 38, 88, 255));
    hills(list, size, size.y - 34, 18, time * 20 + 300, IM_COL32(26, 22, 54, 255));
}

/* Whole pixels for each module, in the middle of the card, with the light border that a camera needs. */
void qr_code(const latchkey::Prompt &prompt, float most) {
    const std::uint32_t quiet = 4, modules = prompt.qr_size();
    const float module = std::fmax(1.0f, std::floor(most / static_cast<float>(modules + 2 * quiet)));
    const float whole = module * static_cast<float>(modules + 2 * quiet);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 corner(std::floor(at.x + (inner_width - whole) / 2), std::floor(at.y));
    ImDrawList *const list = ImGui::GetWindowDrawList();
    list->AddRectFilled(corner, ImVec2(corner.x + whole, corner.y + whole), IM_COL32_WHITE, 6);
    for (std::uint32_t y = 0; y < modules; y++) {
        for (std::uint32_t x = 0; x < modules; x++) {
            if (!prompt.qr_dark(x, y)) continue;
            const ImVec2 from(corner.x + module * static_cast<float>(x + quiet), corner.y + module * static_cast<float>(y + quiet));
            list->AddRectFilled(from, ImVec2(from.x + module, from.y + module), IM_COL32_BLACK);
        }
    }
    ImGui::Dummy(ImVec2(inner_width, whole));
}

void bar(float share, ImU32 color) {
    ImDrawList *const list = ImGui::GetWindowDrawList();
    const ImVec2 from = ImGui::GetCursorScreenPos();
    const float full = inner_width * std::fmin(1.0f, std::fmax(0.0f, share));
    list->AddRectFilled(from, ImVec2(from.x + inner_width, from.y + 6), track, 3);
    if (full > 6) list->AddRectFilled(from, ImVec2(from.x + full, from.y + 6), color, 3);
    ImGui::Dummy(ImVec2(inner_width, 6));
}

} // namespace

bool Screen::begin(const char *font) {
    ImGuiIO &io = ImGui::GetIO();
    io.IniFilename = nullptr; /* A game has its own settings. */
    text_ = io.Fonts->AddFontFromFileTTF(font, 18);
    if (!text_) return false;
    small_ = io.Fonts->AddFontFromFileTTF(font, 15);
    large_ = io.Fonts->AddFontFromFileTTF(font, 27);
    huge_ = io.Fonts->AddFontFromFileTTF(font, 44);

    ImGuiStyle &style = ImGui::GetStyle();
    style.WindowRounding = 14;
    style.WindowPadding = ImVec2((card_width - inner_width) / 2, 26);
    style.FrameRounding = 8;
    style.FramePadding = ImVec2(14, 11);
    style.ItemSpacing = ImVec2(12, 9);
    style.Colors[ImGuiCol_WindowBg] = ImGui::ColorConvertU32ToFloat4(panel);
    style.Colors[ImGuiCol_Border] = ImGui::ColorConvertU32ToFloat4(line);
    return true;
}

void Screen::draw(Player &player, double seconds) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    seconds_ = seconds;
    buttons_.clear();
    sky(ImGui::GetBackgroundDrawList(), size, seconds);
    ImGui::PushFont(text_);
    ImGui::SetNextWindowPos(ImVec2(size.x / 2, size.y / 2), ImGuiCond_Always, ImVec2(0.5f, 0.5f));
    ImGui::SetNextWindowSize(ImVec2(card_width, 0));
    const ImGuiWindowFlags fixed = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings;
    ImGui::Begin("card", nullptr, fixed | ImGuiWindowFlags_AlwaysAutoResize);
    card(player);
    ImGui::End();
    ImGui::PopFont();
}

void Screen::card(Player &player) {
    switch (player.status().state()) {
    case latchkey::State::SignedOut: return title(player);
    case latchkey::State::Starting: return busy(player, "One moment");
    case latchkey::State::WaitingForPlayer:
        return player.prompt().kind() == latchkey::PromptKind::Device ? on_another_screen(player) : in_browser(player);
    case latchkey::State::Completing: return busy(player, "Signing you in");
    case latchkey::State::SignedIn: return signed_in(player);
    case latchkey::State::SigningOut: return busy(player, "Signing you out");
    }
    busy(player, "One moment"); /* A state that is newer than this game. */
}

void Screen::title(Player &player) {
    centred(huge_, white, "Night Hills");
    centred(text_, grey, "Sign in to play.");
    ImGui::Dummy(ImVec2(0, 10));
    if (middle_button("Sign in", true)) player.sign_in();
    if (middle_button("Sign in on another screen", false)) player.sign_in_on_another_screen();
    if (player.trouble().empty()) return;
    ImGui::Dummy(ImVec2(0, 4));
    fitted(small_, red, player.trouble());
}

void Screen::busy(Player &, const char *what) {
    centred(large_, white, what);
    const std::string dots(1 + static_cast<std::size_t>(seconds_ * 3) % 3, '.');
    centred(large_, gold, dots);
}

void Screen::in_browser(Player &player) {
    centred(large_, white, "Over to your browser");
    centred(text_, grey, "Sign in there, then come back.");
    ImGui::Dummy(ImVec2(0, 6));
    centred(small_, grey, "Waiting for another " + minutes(player.login_seconds_left()));
    ImGui::Dummy(ImVec2(0, 6));
    if (middle_button("Cancel", false)) player.cancel();
}

void Screen::on_another_screen(Player &player) {
    const latchkey::Prompt &prompt = player.prompt();
    centred(large_, white, "Sign in on another screen");
    centred(text_, grey, "Scan this with your phone");
    qr_code(prompt, 250);
    centred(text_, grey, "or go to");
    centred(text_, white, or_none(prompt.verification_url()));
    centred(text_, grey, "and compare the code");
    centred(huge_, gold, or_none(prompt.user_code()));
    centred(small_, grey, "Good for another " + minutes(player.login_seconds_left()));
    ImGui::Dummy(ImVec2(0, 2));
    if (middle_button("Cancel", false)) player.cancel();
}

void Screen::signed_in(Player &player) {
    const latchkey::Profile &who = player.profile();
    std::string roles;
    for (std::size_t i = 0; i < who.role_count(); i++) roles += (i ? ", " : "") + std::string(who.role(i));

    centred(small_, grey, "Signed in as");
    centred(huge_, white, who.name() ? who.name() : or_none(who.subject()));
    ImGui::Dummy(ImVec2(0, 6));
    row("E-mail", or_none(who.email()) + (who.email_verified() ? " (verified)" : ""));
    row("Player id", or_none(who.subject()));
    row("Roles", roles.empty() ? "none" : roles);
    row("Session", player.status().persisted() ? "kept for the next launch" : "ends with the game");
    row("Provider", player.status().offline() ? "offline, trying again" : "online");
    const long left = player.token_seconds_left();
    row("Access token", left > 0 ? player.token_type() + ", good for another " + minutes(left) : "on its way");
    bar(player.token_share_left(), left > 30 ? green : gold);
    if (!player.trouble().empty()) fitted(small_, red, player.trouble());
    ImGui::Dummy(ImVec2(0, 8));
    const float half = (inner_width - ImGui::GetStyle().ItemSpacing.x) / 2;
    if (button("New token", half, false)) player.refresh();
    ImGui::SameLine();
    if (button("Sign out", half, true)) player.sign_out();
}

void Screen::centred(ImFont *font, ImU32 color, const std::string &text) {
    ImGui::PushFont(font);
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    if (width > inner_width) {
        ImGui::PopFont();
        return fitted(font == huge_ ? large_ : small_, color, text);
    }
    ImGui::SetCursorPosX((card_width - width) / 2);
    ImGui::PushStyleColor(ImGuiCol_Text, color);
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

/* A provider's names and sentences are as long as they like. */
void Screen::fitted(ImFont *font, ImU32 color, const std::string &text) {
    ImGui::PushFont(font);
    ImGui::PushStyleColor(ImGuiCol_Text, color);
    ImGui::PushTextWrapPos(card_width - (card_width - inner_width) / 2);
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

void Screen::row(const char *name, const std::string &value) {
    const float column = (card_width - inner_width) / 2 + 124;
    ImGui::PushStyleColor(ImGuiCol_Text, grey);
    ImGui::TextUnformatted(name);
    ImGui::PopStyleColor();
    ImGui::SameLine(column);
    fitted(text_, white, value);
}

bool Screen::button(const char *name, float width, bool first) {
    const ImU32 face = first ? gold : track, face_lit = first ? IM_COL32(255, 216, 134, 255) : line;
    ImGui::PushStyleColor(ImGuiCol_Button, face);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, face_lit);
    ImGui::PushStyleColor(ImGuiCol_ButtonActive, face_lit);
    ImGui::PushStyleColor(ImGuiCol_Text, first ? IM_COL32(30, 24, 52, 255) : white);
    const bool pressed = ImGui::Button(name, ImVec2(width, 0));
    ImGui::PopStyleColor(4);
    const ImVec2 from = ImGui::GetItemRectMin(), to = ImGui::GetItemRectMax();
    buttons_[name] = ImVec2((from.x + to.x) / 2, (from.y + to.y) / 2);
    return pressed;
}

bool Screen::middle_button(const char *name, bool first) {
    const float width = 290;
    ImGui::SetCursorPosX((card_width - width) / 2);
    return button(name, width, first);
}

bool Screen::button_at(const std::string &name, ImVec2 &out_middle) const {
    const auto found = buttons_.find(name);
    if (found == buttons_.end()) return false;
    out_middle = found->second;
    return true;
}
