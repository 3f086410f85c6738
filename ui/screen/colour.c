#include "ui/screen/colour.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { PALETTE = 256, CUBE_FIRST = 16, CUBE_SIDE = 6, GREYS_FIRST = 232, NAMED = 16 };

const char *const colour_names[] = { "black", "red", "green", "yellow", "blue", "magenta", "cyan",
	"white", "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue",
	"bright-magenta", "bright-cyan", "bright-white", "grey", "default", NULL };

/* What the colours without a name of their own mean. */
static const int more_numbers[] = { 8, COLOUR_DEFAULT };

/* The first 16 as xterm has them; users change them, so that nothing but these 16 is mapped to them. */
static const int named_rgb[NAMED] = { 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
	0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff,
	0xffffff };

static bool
parse_digits(const char *text, int base, long limit, int *number)
{
	for (const char *next = text; *next; next++)
		if (!(base == 16 ? g_ascii_isxdigit(*next) : g_ascii_isdigit(*next)))
			return false;
	long value = strtol(text, NULL, base);
	*number = (int)value;
	return *text && value < limit;
}

bool
colour_parse(const char *text, int *colour)
{
	if (*text == '#') {
		bool right = strlen(text) == 7 && parse_digits(text + 1, 16, COLOUR_RGB, colour);
		*colour |= COLOUR_RGB;
		return right;
	}
	for (int i = 0; colour_names[i]; i++) {
		if (!g_str_equal(text, colour_names[i]))
			continue;
		*colour = i < NAMED ? i : more_numbers[i - NAMED];
		return true;
	}
	return strlen(text) <= 3 && parse_digits(text, 10, PALETTE, colour);
}

static int
cube_level(int step)
{
	return step ? 55 + 40 * step : 0;
}

static int
rgb_of(int colour)
{
	if (colour & COLOUR_RGB)
		return colour & ~COLOUR_RGB;
	if (colour < CUBE_FIRST)
		return named_rgb[colour];
	if (colour >= GREYS_FIRST)
		return (8 + 10 * (colour - GREYS_FIRST)) * 0x010101;
	int place = colour - CUBE_FIRST;
	return cube_level(place / CUBE_SIDE / CUBE_SIDE) << 16 |
	       cube_level(place / CUBE_SIDE % CUBE_SIDE) << 8 | cube_level(place % CUBE_SIDE);
}

static int
part(int rgb, int shift)
{
	return rgb >> shift & 0xff;
}

/* How far from grey. */
static int
strength(int rgb)
{
	int red = part(rgb, 16), green = part(rgb, 8), blue = part(rgb, 0);
	return MAX(red, MAX(green, blue)) - MIN(red, MIN(green, blue));
}

/* Grey stays grey: among 8 colours yellow would be nearer to it than white. */
static int
distance(int one, int other)
{
	int step = strength(one) - strength(other);
	int sum = step * step;
	for (int shift = 0; shift <= 16; shift += 8) {
		step = part(one, shift) - part(other, shift);
		sum += step * step;
	}
	return sum;
}

int
colour_nearest(int colour, int count)
{
	if (colour < count)
		return colour;
	int first = count >= PALETTE ? CUBE_FIRST : 0;
	int end = MIN(count, PALETTE), best = first;
	int wanted = rgb_of(colour);
	for (int candidate = first; candidate < end; candidate++)
		if (distance(rgb_of(candidate), wanted) < distance(rgb_of(best), wanted))
			best = candidate;
	return best;
}

/* The darkest blues have the palette's numbers: the next one that is free is as dark. */
int
colour_direct(int colour, int palette)
{
	if (colour < palette)
		return colour;
	int rgb = rgb_of(colour);
	return rgb == 0 || rgb >= palette ? rgb : palette;
}
