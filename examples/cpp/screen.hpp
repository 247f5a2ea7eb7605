/*
 * What the player sees: a sky, and a card on it that follows the status. It reads a Player, and presses its buttons.
 */

#ifndef SCREEN_HPP
#define SCREEN_HPP

#include "player.hpp"

#include <imgui.h>

#include <map>
#include <string>

class Screen {
public:
    /** Once, before the first frame. `font` is a TrueType file; false if it can't be read. */
    bool begin(const char *font);
    /** Between ImGui::NewFrame and ImGui::Render. */
    void draw(Player &player, double seconds);
    /** Where the button of this name was drawn in the last frame; false if it was not, or could not be pressed. */
    bool button_at(const std::string &name, ImVec2 &out_middle) const;

private:
    void card(Player &player);
    void title(Player &player);
    void busy(Player &player, const char *what);
    void in_browser(Player &player);
    void on_another_screen(Player &player);
    void signed_in(Player &player);
    void centred(ImFont *font, ImU32 color, const std::string &text);
    void fitted(ImFont *font, ImU32 color, const std::string &text);
    void row(const char *name, const std::string &value);
    bool button(const char *name, float width, bool first);
    bool middle_button(const char *name, bool first);

    ImFont *text_ = nullptr, *small_ = nullptr, *large_ = nullptr, *huge_ = nullptr;
    std::map<std::string, ImVec2> buttons_;
    double seconds_ = 0;
};

#endif
