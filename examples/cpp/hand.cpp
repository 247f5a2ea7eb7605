/* See hand.hpp. */

#include "hand.hpp"

#include <SDL_opengl.h>
#include <stb_image_write.h>

#include <cfloat>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

namespace {

/* Dear ImGui measures a card whose content is new for two frames before it draws it in its place. */
const int frames_to_settle = 4;

/* What any program can read without a library. OpenGL's first row is the lowest. */
bool write_greys(const std::string &file, const std::vector<unsigned char> &pixels, int width, int height) {
    std::ofstream out(file, std::ios::binary);
    out << "P5\n" << width << ' ' << height << "\n255\n";
    for (int y = height - 1; y >= 0; y--) {
        for (int x = 0; x < width; x++) {
            const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3;
            out.put(static_cast<char>((pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3));
        }
    }
    return static_cast<bool>(out.flush());
}

} // namespace

void Hand::begin() {
    inbox_ = std::make_shared<Inbox>();
    std::thread([](std::shared_ptr<Inbox> inbox) {
        std::string line;
        while (std::getline(std::cin, line)) {
            const std::lock_guard<std::mutex> held(inbox->lock);
            inbox->lines.push_back(line);
        }
        const std::lock_guard<std::mutex> held(inbox->lock);
        inbox->lines.push_back("quit");
    }, inbox_).detach();
}

void Hand::before_frame(const Screen &screen) {
    ImGuiIO &io = ImGui::GetIO();
    io.MousePos = ImVec2(-FLT_MAX, -FLT_MAX);
    io.MouseDown[0] = false;
    if (verb_.empty() && !next_order()) return;
    if (verb_ == "press") press(screen);
}

bool Hand::after_frame(int width, int height) {
    if (verb_ == "quit") return false;
    if (verb_ == "picture" && ++frames_ >= frames_to_settle) {
        if (!take_picture(object_, width, height)) {
            std::fprintf(stderr, "the picture could not be written to %s\n", object_.c_str());
            return false;
        }
        done();
    }
    return true;
}

bool Hand::next_order() {
    std::string line;
    {
        const std::lock_guard<std::mutex> held(inbox_->lock);
        if (inbox_->lines.empty()) return false;
        line = inbox_->lines.front();
        inbox_->lines.pop_front();
    }
    const std::size_t space = line.find(' ');
    verb_ = line.substr(0, space);
    object_ = space == std::string::npos ? std::string() : line.substr(space + 1);
    frames_ = 0;
    if (verb_ == "press" || verb_ == "picture" || verb_ == "quit") return true;
    std::fprintf(stderr, "\"%s\" is no order: press NAME, picture FILE, quit\n", line.c_str());
    verb_ = "quit";
    return true;
}

void Hand::done() {
    std::printf("done: %s %s\n", verb_.c_str(), object_.c_str());
    std::fflush(stdout);
    verb_.clear();
}

/* Over it for a frame, down for one, and up: a button wants to see all three. */
void Hand::press(const Screen &screen) {
    ImVec2 at;
    if (!screen.button_at(object_, at)) {
        frames_ = 0;
        return;
    }
    ImGui::GetIO().MousePos = at;
    ImGui::GetIO().MouseDown[0] = frames_ == frames_to_settle;
    if (frames_++ > frames_to_settle) done();
}

bool Hand::take_picture(const std::string &file, int width, int height) const {
    std::vector<unsigned char> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
    const std::size_t dot = file.rfind('.');
    if (dot != std::string::npos && file.substr(dot) == ".pgm") return write_greys(file, pixels, width, height);
    stbi_flip_vertically_on_write(1);
    return stbi_write_png(file.c_str(), width, height, 3, pixels.data(), width * 3) != 0;
}
