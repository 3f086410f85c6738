#pragma once
/*
 * What a single code point means to a terminal: how many cells it fills, and whether text of foreign
 * origin may carry it there. The width is glibc's wcwidth (what ncurses counts with), asked in
 * C.UTF-8 whatever locale the program runs in. Pure; any thread.
 */
#include <glib.h>
#include <locale.h>
#include <stdbool.h>

typedef enum CharacterKind {
	CHARACTER_PLAIN,   /* goes through as it is */
	CHARACTER_SPACE,   /* TAB, LF, VT, FF, CR, NEL, U+2028, U+2029 */
	CHARACTER_CONTROL, /* any other C0 and DEL: shown as a control picture */
	CHARACTER_BIDI,    /* embedding, override, isolate: dropped or shown as ⟨RLO⟩ */
	CHARACTER_HIDDEN,  /* fills no ink: dropped */
	CHARACTER_JOINER,  /* U+200C, U+200D: kept between letters of joining scripts */
	CHARACTER_BLANK,   /* looks like a space and is none */
	CHARACTER_INVALID, /* C1, surrogate, private use, unassigned, no character: shown as U+FFFD */
} CharacterKind;

CharacterKind character_kind(gunichar character);

/* "RLO" for U+202E, for each CHARACTER_BIDI; else NULL. */
const char *character_bidi_name(gunichar character);

/* Is it a letter of a script whose letters join, so that U+200C and U+200D beside it mean something? */
bool character_is_joining(gunichar character);

/*
 * Cells of a plain code point: 0, 1 or 2; -1 if the C library does not know it. Ask between
 * character_width_begin and character_width_end, which set and restore this thread's locale.
 */
int character_width(gunichar character);
locale_t character_width_begin(void);
void character_width_end(locale_t before);
