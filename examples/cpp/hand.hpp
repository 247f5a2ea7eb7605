/*
 * A hand for machines without a player: obeys the lines of the standard input, so that a run can be scripted.
 *
 *     press NAME      clicks the button of that name, as soon as it is there
 *     picture FILE    writes the next settled frame as a PNG, or in greys if its name ends in .pgm
 *     quit            closes the window; so does the end of the input
 *
 * Each line that was obeyed is answered with "done: …". A game has no use for it. It moves Dear ImGui's mouse and reads the frame
 * back; of the library it knows nothing.
 */

#ifndef HAND_HPP
#define HAND_HPP

#include "screen.hpp"

#include <imgui.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>

class Hand {
public:
    /** Starts to listen. The thread behind it lives until the input ends, or the process. */
    void begin();
    /** Between the backends' new frames and ImGui::NewFrame: moves the mouse. */
    void before_frame(const Screen &screen);
    /** After everything is drawn, and before it is shown: takes pictures. False: it is time to leave. */
    bool after_frame(int width, int height);

private:
    /** What the thread and the frame share; the last of them frees it. */
    struct Inbox {
        std::mutex lock;
        std::deque<std::string> lines;
    };

    bool next_order();
    void done();
    void press(const Screen &screen);
    bool take_picture(const std::string &file, int width, int height) const;

    std::shared_ptr<Inbox> inbox_;
    std::string verb_, object_;
    int frames_ = 0;
};

#endif
