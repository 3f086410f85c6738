#pragma once
/*
 * Colours as theme files write them, and what a terminal with fewer of them shows instead. Pure; any thread.
 */
#include <stdbool.h>

/* -1: the terminal's own. 0–255: the palette. Else COLOUR_RGB with 0xrrggbb. */
enum { COLOUR_DEFAULT = -1, COLOUR_RGB = 1 << 24 };

/* "default", "bright-blue", "208", "#ffaf00". */
bool colour_parse(const char *text, int *colour);

/* Those of its names, NULL-terminated. Constant. */
extern const char *const colour_names[];

/* The number of the one of COUNT (8, 16, 256) colours that is nearest; what such a terminal has itself, and the
 * default, stay. */
int colour_nearest(int colour, int count);

/* The number of it on a terminal of direct colour, where the first PALETTE numbers (8, 16, 256) are the palette's and
 * all others are 0xrrggbb. */
int colour_direct(int colour, int palette);
