/*
 * Draws a QR code into a terminal, two rows of modules to a line. A game draws it as a texture instead, without smoothing, and with
 * the same light margin: a camera doesn't find a code without it.
 */

#ifndef QR_H
#define QR_H

#include <stdint.h>
#include <stdio.h>

/* ISO/IEC 18004 asks for so many light modules on each side. */
#define QUIET_ZONE 4

static int is_light(const uint8_t *modules, int size, int x, int y) {
    return x < 0 || y < 0 || x >= size || y >= size || modules[y * size + x] == 0;
}

/* Light on black whatever the terminal's colours are: most cameras read no inverted code. Without a code `size` is 0. */
static void print_qr(const uint8_t *modules, int size) {
    /* By upper and lower module, 1 for light: blank, lower half block, upper half block, full block, in UTF-8. */
    static const char *const blocks[2][2] = {{" ", "\xe2\x96\x84"}, {"\xe2\x96\x80", "\xe2\x96\x88"}};
    const int end = size + QUIET_ZONE;
    int x, y;

    for (y = -QUIET_ZONE; size > 0 && y < end; y += 2) {
        fputs("  \033[40;97m", stdout);
        for (x = -QUIET_ZONE; x < end; x++) {
            fputs(blocks[is_light(modules, size, x, y)][is_light(modules, size, x, y + 1)], stdout);
        }
        fputs("\033[0m\n", stdout);
    }
}

#endif
