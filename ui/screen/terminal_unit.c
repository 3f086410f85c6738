#include "ui/screen/terminal_unit.h"

#include <string.h>

enum { ESCAPE = 0x1b, X10_MOUSE_BYTES = 6 /* ESC [ M and three that may be anything */ };

/* By its first byte; 1: it is none of several. */
static size_t
character_length(unsigned char first)
{
	if (first >= 0xf0 && first < 0xf8)
		return 4;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xc2 && first < 0xe0 ? 2 : 1;
}

static bool
is_whole_character(const TerminalUnit *unit)
{
	unsigned char last = (unsigned char)unit->bytes[unit->length - 1];
	bool is_broken = unit->length > 1 && (last & 0xc0) != 0x80;
	return is_broken || unit->length == character_length((unsigned char)unit->bytes[0]);
}

/* Behind ESC [ or ESC O: parameters, and a last byte that is none. */
static bool
is_whole_sequence(const TerminalUnit *unit)
{
	unsigned char last = (unsigned char)unit->bytes[unit->length - 1];
	if (unit->length < 3)
		return false;
	if (memcmp(unit->bytes, "\x1b[M", 3) == 0)
		return unit->length == X10_MOUSE_BYTES;
	if (memcmp(unit->bytes, "\x1b[[", 3) == 0) /* F1 to F5 of the Linux console */
		return unit->length == 4;
	return last < 0x20 || last > 0x3f;
}

size_t
terminal_unit_add(TerminalUnit *unit, char byte)
{
	unit->bytes[unit->length++] = byte;
	if (byte == ESCAPE &&
		unit->length > 1) /* it begins something, and what stood before it is broken off */
		return unit->length - 1;
	if (unit->length == TERMINAL_UNIT_MOST)
		return unit->length;
	if (unit->bytes[0] != ESCAPE)
		return is_whole_character(unit) ? unit->length : 0;
	if (unit->length == 1)
		return 0;
	bool is_sequence = unit->bytes[1] == '[' || unit->bytes[1] == 'O';
	return !is_sequence || is_whole_sequence(unit) ? unit->length : 0;
}

void
terminal_unit_drop(TerminalUnit *unit, size_t count)
{
	unit->length -= count;
	memmove(unit->bytes, unit->bytes + count, unit->length);
}

bool
terminal_unit_is_escape(const TerminalUnit *unit)
{
	return unit->length == 1 && unit->bytes[0] == ESCAPE;
}
