/*
 * A small game with a window: SDL2 has the window and the input, Dear ImGui draws, Latchkey says who plays.
 *
 * The loop below is any game's. The one line in it that is Latchkey's is `player.each_frame()`; player.hpp has the rest.
 */

#include "hand.hpp"
#include "player.hpp"
#include "screen.hpp"

#include <SDL.h>
#include <SDL_opengl.h>
#include <backends/imgui_impl_opengl3.h>
#if __has_include(<backends/imgui_impl_sdl2.h>)
#include <backends/imgui_impl_sdl2.h>
#else /* Its name before Dear ImGui 1.89. */
#include <backends/imgui_impl_sdl.h>
#endif
#include <imgui.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

namespace {

const int window_width = 960, window_height = 640;
const std::uint32_t shutdown_timeout_ms = 2000;
const std::chrono::nanoseconds frame_time(1000000000 / 60);

const char usage[] =
    "Usage: night_hills --issuer URL --client-id ID [OPTIONS]\n\n"
    "  --issuer URL    the provider's issuer, exactly as the provider writes it\n"
    "  --client-id ID  the client (application) id from the provider's console\n"
    "  --font FILE     a TrueType font; DejaVu Sans where Debian has it if absent\n"
    "  --remember      keep the session in the system's secret store\n"
    "  --host-opens    print \"open: URL\" instead of starting the system's browser\n"
    "  --hand          obey the lines of the standard input: press NAME, picture FILE, quit\n"
    "  --help          print this\n";

struct Options {
    std::string issuer, client_id, font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    bool remember = false, host_opens = false, hand = false, help = false;
};

/* False: it has said what was meant. */
bool parse(int argc, char **argv, Options &out) {
    for (int i = 1; i < argc; i++) {
        const std::string word = argv[i];
        std::string *const value = word == "--issuer" ? &out.issuer : word == "--client-id" ? &out.client_id : word == "--font" ? &out.font : nullptr;
        bool *const flag = word == "--remember" ? &out.remember : word == "--host-opens" ? &out.host_opens : word == "--hand" ? &out.hand : word == "--help" ? &out.help : nullptr;
        if (flag) {
            *flag = true;
        } else if (value && i + 1 < argc) {
            *value = argv[++i];
        } else {
            std::fprintf(stderr, "night_hills: %s %s\n\n%s", word.c_str(), value ? "needs a value after it" : "is no option", usage);
            return false;
        }
    }
    if (out.help || (!out.issuer.empty() && !out.client_id.empty())) return true;
    std::fprintf(stderr, "night_hills: %s is missing\n\n%s", out.issuer.empty() ? "--issuer" : "--client-id", usage);
    return false;
}

latchkey::Config configured(const Options &options) {
    return latchkey::Config()
        .issuer(options.issuer)
        .client_id(options.client_id)
        .page_title("Night Hills")
        .browser(options.host_opens ? latchkey::Browser::Host : latchkey::Browser::System)
        .storage(options.remember ? latchkey::Storage::System : latchkey::Storage::Memory);
}

/* The window and what draws in it, made and unmade in order. */
class Window {
public:
    bool open() {
        if (SDL_Init(SDL_INIT_VIDEO) != 0) return fails("SDL could not start");
        SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
        SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
        SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 2);
        const Uint32 flags = SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
        window_ = SDL_CreateWindow("Night Hills", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, window_width, window_height, flags);
        if (!window_) return fails("no window could be opened");
        context_ = SDL_GL_CreateContext(window_);
        if (!context_) return fails("there is no OpenGL 3.2");
        SDL_GL_SetSwapInterval(0); /* The loop keeps the time itself, the same on every driver. */
        ImGui::CreateContext();
        return ImGui_ImplSDL2_InitForOpenGL(window_, context_) && ImGui_ImplOpenGL3_Init("#version 150");
    }

    ~Window() {
        if (ImGui::GetCurrentContext()) {
            ImGui_ImplOpenGL3_Shutdown();
            ImGui_ImplSDL2_Shutdown();
            ImGui::DestroyContext();
        }
        if (context_) SDL_GL_DeleteContext(context_);
        if (window_) SDL_DestroyWindow(window_);
        SDL_Quit();
    }

    /* False: the player has closed it. */
    bool take_input() {
        SDL_Event event;
        while (SDL_PollEvent(&event)) {
            ImGui_ImplSDL2_ProcessEvent(&event);
            if (event.type == SDL_QUIT) return false;
        }
        ImGui_ImplOpenGL3_NewFrame();
        ImGui_ImplSDL2_NewFrame();
        return true;
    }

    void render() {
        ImGui::Render();
        SDL_GL_GetDrawableSize(window_, &width, &height);
        glViewport(0, 0, width, height);
        glClearColor(0, 0, 0, 1);
        glClear(GL_COLOR_BUFFER_BIT);
        ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    }

    void show() { SDL_GL_SwapWindow(window_); }

    int width = window_width, height = window_height;

private:
    static bool fails(const char *what) {
        std::fprintf(stderr, "night_hills: %s: %s\n", what, SDL_GetError());
        return false;
    }

    SDL_Window *window_ = nullptr;
    SDL_GLContext context_ = nullptr;
};

const char *in_words(latchkey::State state) {
    switch (state) {
    case latchkey::State::SignedOut: return "signed out";
    case latchkey::State::Starting: return "starting";
    case latchkey::State::WaitingForPlayer: return "waiting for the player";
    case latchkey::State::Completing: return "completing";
    case latchkey::State::SignedIn: return "signed in";
    case latchkey::State::SigningOut: return "signing out";
    }
    return "newer than this program";
}

/* For whoever drives this program without looking at it. The URLs are one-time: a game does not print them. */
void tell(const Player &player, bool with_urls) {
    std::printf("state: %s\n", in_words(player.status().state()));
    const latchkey::Prompt &prompt = player.prompt();
    if (!player.trouble().empty()) std::printf("trouble: %s\n", player.trouble().c_str());
    if (prompt && with_urls) {
        const bool device = prompt.kind() == latchkey::PromptKind::Device;
        if (device) std::printf("go to: %s\ncode: %s\n", prompt.verification_url(), prompt.user_code());
        std::printf("%s: %s\n", device ? "or scan" : "open", prompt.url());
    }
    std::fflush(stdout);
}

/* A wait until the next sixtieth of a second, from the last one on, so that the frames do not drift. */
class Pace {
public:
    void keep() {
        const auto now = std::chrono::steady_clock::now();
        next_ += frame_time;
        if (next_ < now) next_ = now; /* A slow frame is not made up for by hurrying. */
        else std::this_thread::sleep_until(next_);
        frames_++;
    }
    unsigned long frames() const { return frames_; }
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

private:
    const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point next_ = start_;
    unsigned long frames_ = 0;
};

void run_frames(Window &window, Player &player, Screen &screen, Hand *hand, bool with_urls) {
    Pace pace;
    std::uint64_t told = 0;
    bool goes_on = true;

    while (goes_on && window.take_input()) {
        if (hand) hand->before_frame(screen);
        player.each_frame();
        if (player.status().changed_since(told)) {
            told = player.status().revision();
            tell(player, with_urls);
        }
        ImGui::NewFrame();
        screen.draw(player, pace.seconds());
        window.render();
        if (hand) goes_on = hand->after_frame(window.width, window.height);
        window.show();
        pace.keep();
    }
    std::printf("frames: %lu, %.1f a second\n", pace.frames(), static_cast<double>(pace.frames()) / pace.seconds());
    std::printf("longest poll: %.1f us over %lu polls\n", player.longest_poll_us(), player.polls());
}

int play(const Options &options) {
    Window window;
    Player player;
    Screen screen;
    Hand hand;

    if (!window.open()) return 1;
    if (!screen.begin(options.font.c_str())) {
        std::fprintf(stderr, "night_hills: no font can be read from %s; name one with --font FILE\n", options.font.c_str());
        return 1;
    }
    if (!player.begin(configured(options))) {
        std::fprintf(stderr, "night_hills: %s\n", player.trouble().c_str());
        return 1;
    }
    if (options.hand) hand.begin();
    run_frames(window, player, screen, options.hand ? &hand : nullptr, options.host_opens);
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    Options options;
    if (!parse(argc, argv, options)) return 2;
    if (options.help) {
        std::fputs(usage, stdout);
        return 0;
    }
    const int code = play(options);
    /* Whatever became of the window: the library's thread ends before this program does. */
    const latchkey::Result end = latchkey::shutdown(shutdown_timeout_ms);
    if (!end.ok()) std::fprintf(stderr, "night_hills: shutdown: %s\n", end.name());
    return end.ok() ? code : 1;
}
