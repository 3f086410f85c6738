#pragma once
/*
 * What the keys of one place mean: bindings in the order in which they were made, and a trie that finds
 * them while one types, with counts and prefixes. Pure; knows no terminal. UI thread.
 */
#include "ui/screen/command.h"
#include "ui/screen/key.h"

typedef struct Keymap Keymap;

/* One run of keys and what it does. Belongs to its keymap. */
typedef struct Binding {
	char *keys; /* "gg": as key_append_name writes them */
	const Command *command;
	char *argument; /* what stood behind the command's name; NULL: nothing */
} Binding;

/* Empty. The caller owns it; commands must outlive it. */
Keymap *keymap_new(void);
void keymap_free(Keymap *keymap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keymap, keymap_free)

/* Where two bind the same keys, the earlier wins; so it does where one's keys begin with the other's.
 * False: so WORD can never be typed for this; nothing was bound. COMMAND NULL: the keys mean nothing. */
bool keymap_bind(Keymap *keymap, const char *word, const Command *command, const char *argument);

/* The keys that a table itself names for its commands; it ends with a NULL name. */
void keymap_bind_table(Keymap *keymap, const Command *table);

/* All that is in force, in order; of Binding. Belongs to KEYMAP. */
const GPtrArray *keymap_bindings(const Keymap *keymap);

/* The keys in force of a command without an argument: "j Down"; "" if none. The caller owns it. */
char *keymap_keys(const Keymap *keymap, const Command *command);

typedef enum KeymapResult {
	KEYMAP_PENDING, /* a count or a prefix has begun */
	KEYMAP_FOUND,   /* *binding and *count are set; count 0: none was typed */
	KEYMAP_UNKNOWN, /* these keys mean nothing; forgotten */
} KeymapResult;

KeymapResult keymap_press(Keymap *keymap, Key key, const Binding **binding, int *count);

/* What one key does by itself, whatever was typed before it; NULL: nothing. Belongs to KEYMAP. */
const Binding *keymap_find(const Keymap *keymap, Key key);

/* Forgets a count or prefix that has begun. True if there was one. */
bool keymap_reset(Keymap *keymap);

/* What has been typed of an unfinished command ("5g"); "" if nothing. Belongs to KEYMAP. */
const char *keymap_typed(const Keymap *keymap);

/* The bindings that what has been typed may become, in order, each once; of Binding. *LENGTH: bytes of their
 * keys that are typed already. The array is the caller's. */
GPtrArray *keymap_possible(const Keymap *keymap, size_t *length);
