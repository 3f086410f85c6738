#pragma once
/*
 * A key as the terminal gives it, and its name as DESIGN §6 writes it: one character ("j"), a run of them
 * ("gg"), "C-d", or a name ("PgDn", "S-Tab", "Enter"). Pure; any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A Unicode character, a control character (C-d is 4), or one of the keys below. */
typedef uint32_t Key;
enum {
	PRESS_NONE = 0,
	PRESS_TAB = 0x09,
	PRESS_ENTER = 0x0d,
	PRESS_ESCAPE = 0x1b,
	PRESS_BACKSPACE = 0x7f,
	PRESS_UP = 0x110000,
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_HOME,
	PRESS_END,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_DELETE,
	PRESS_INSERT,
	PRESS_BACK_TAB,
};

/* Reads the keys of one word ("gg", "C-d", "PgDn"). False if it is empty. Appends to KEYS (of Key). */
bool key_parse_word(const char *word, GArray *keys);

/* Appends the name of a key as a word would write it. */
void key_append_name(GString *text, Key key);

/* What no one can mean or type as the keys of a command ("", "Return", "F1", "C-I"): a sentence that the
 * caller owns; NULL: the word is right. */
char *key_mistake(const char *word);
