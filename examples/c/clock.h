/*
 * A clock that never goes back, and a wait for the next frame: what an engine brings along. Include it before anything
 * else, since it tells the C library which functions to declare.
 */

#ifndef CLOCK_H
#define CLOCK_H

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static inline double clock_seconds(void) {
    LARGE_INTEGER ticks, ticks_per_second;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&ticks_per_second);
    return (double)ticks.QuadPart / (double)ticks_per_second.QuadPart;
}

static inline void clock_wait_until(double moment) {
    const double left = moment - clock_seconds();
    if (left > 0) Sleep((DWORD)(left * 1e3));
}

#else

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <time.h>

static inline double clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline void clock_wait_until(double moment) {
    const double left = moment - clock_seconds();
    if (left > 0) {
        struct timespec wait;
        wait.tv_sec = (time_t)left;
        wait.tv_nsec = (long)((left - (double)wait.tv_sec) * 1e9);
        nanosleep(&wait, NULL);
    }
}

#endif

#endif
