#pragma once
/*
 * Keys and what they mean: a trie built from command tables, with counts and prefixes. Keys are written
 * as in DESIGN §6: one character ("j"), a run of them ("gg"), "C-d", or a name ("PgDn", "S-Tab",
 * "Enter"). Pure; knows no terminal. UI thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Command Command;

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

typedef struct Keymap Keymap;

/* TABLES: command tables (each ends with a NULL name), NULL-terminated. Where two bind the same keys,
 * the earlier wins. The tables must outlive the keymap. The caller owns it. */
Keymap *keymap_new(const Command *const *tables);
void keymap_free(Keymap *keymap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keymap, keymap_free)

typedef enum KeymapResult {
	KEYMAP_PENDING, /* a count or a prefix has begun */
	KEYMAP_FOUND,   /* *command and *count are set; count 0: none was typed */
	KEYMAP_UNKNOWN, /* these keys mean nothing; forgotten */
} KeymapResult;

KeymapResult keymap_press(Keymap *keymap, Key key, const Command **command, int *count);

/* Forgets a count or prefix that has begun. True if there was one. */
bool keymap_reset(Keymap *keymap);

/* What has been typed of an unfinished command ("5g"); "" if nothing. Belongs to KEYMAP. */
const char *keymap_typed(const Keymap *keymap);
