#include "ui/screen/keymap.h"

#include <string.h>

#include "ui/screen/command.h"

enum { COUNT_LIMIT = 9999999 };

typedef struct Node Node;
struct Node {
	Key key;
	const Command *command; /* NULL: only a prefix */
	Node *child, *next;
};

struct Keymap {
	Node root;
	const Node *at; /* where the typed prefix has led */
	int count;
	GString *typed;
};

static const struct {
	const char *name;
	Key key;
} key_names[] = {
	{ "Enter", PRESS_ENTER },
	{ "Tab", PRESS_TAB },
	{ "S-Tab", PRESS_BACK_TAB },
	{ "Esc", PRESS_ESCAPE },
	{ "Space", ' ' },
	{ "Backspace", PRESS_BACKSPACE },
	{ "Up", PRESS_UP },
	{ "Down", PRESS_DOWN },
	{ "Left", PRESS_LEFT },
	{ "Right", PRESS_RIGHT },
	{ "Home", PRESS_HOME },
	{ "End", PRESS_END },
	{ "PgUp", PRESS_PAGE_UP },
	{ "PgDn", PRESS_PAGE_DOWN },
	{ "Del", PRESS_DELETE },
	{ "Ins", PRESS_INSERT },
};

bool
key_parse_word(const char *word, GArray *keys)
{
	for (size_t i = 0; i < G_N_ELEMENTS(key_names); i++) {
		if (strcmp(word, key_names[i].name) == 0) {
			g_array_append_val(keys, key_names[i].key);
			return true;
		}
	}
	const char *at = word;
	while (*at) {
		Key key;
		if (strncmp(at, "C-", 2) == 0 && g_ascii_islower(at[2])) {
			key = (Key)(at[2] & 0x1f);
			at += 3;
		} else {
			key = g_utf8_get_char(at);
			at = g_utf8_next_char(at);
		}
		g_array_append_val(keys, key);
	}
	return at != word;
}

void
key_append_name(GString *text, Key key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(key_names); i++) {
		if (key_names[i].key == key) {
			g_string_append(text, key_names[i].name);
			return;
		}
	}
	if (key < 0x20)
		g_string_append_printf(text, "C-%c", (char)(key | 0x60));
	else if (key < 0x110000)
		g_string_append_unichar(text, key);
}

static Node *
child_of(const Node *node, Key key)
{
	for (Node *child = node->child; child; child = child->next) {
		if (child->key == key)
			return child;
	}
	return NULL;
}

static Node *
add_child(Node *node, Key key)
{
	Node *child = g_new0(Node, 1);
	child->key = key;
	child->next = node->child;
	node->child = child;
	return child;
}

/* Keys that begin with another command's keys could never be reached, so the earlier one wins here too. */
static void
bind_word(Node *root, const char *word, const Command *command)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(Key));
	if (!key_parse_word(word, keys))
		return;
	Node *node = root;
	for (guint i = 0; i < keys->len; i++) {
		if (node->command)
			return;
		Key key = g_array_index(keys, Key, i);
		Node *child = child_of(node, key);
		node = child ? child : add_child(node, key);
	}
	if (!node->command && !node->child)
		node->command = command;
}

Keymap *
keymap_new(const Command *const *tables)
{
	Keymap *keymap = g_new0(Keymap, 1);
	keymap->typed = g_string_new(NULL);
	keymap->at = &keymap->root;
	for (; *tables; tables++) {
		for (const Command *command = *tables; command->name; command++) {
			g_auto(GStrv) words = g_strsplit(command->keys, " ", -1);
			for (char **word = words; *word; word++)
				bind_word(&keymap->root, *word, command);
		}
	}
	return keymap;
}

static void
free_children(Node *node)
{
	Node *child = node->child;
	while (child) {
		Node *next = child->next;
		free_children(child);
		g_free(child);
		child = next;
	}
}

void
keymap_free(Keymap *keymap)
{
	if (!keymap)
		return;
	free_children(&keymap->root);
	g_string_free(keymap->typed, TRUE);
	g_free(keymap);
}

bool
keymap_reset(Keymap *keymap)
{
	bool had = keymap->typed->len > 0;
	keymap->at = &keymap->root;
	keymap->count = 0;
	g_string_truncate(keymap->typed, 0);
	return had;
}

const char *
keymap_typed(const Keymap *keymap)
{
	return keymap->typed->str;
}

/* A digit is part of a count unless a prefix has begun or it is bound itself; 0 only continues one. */
static bool
take_digit(Keymap *keymap, Key key)
{
	if (keymap->at != &keymap->root || key < '0' || key > '9')
		return false;
	if (keymap->count == 0 && (key == '0' || child_of(&keymap->root, key)))
		return false;
	keymap->count = MIN(keymap->count * 10 + (int)(key - '0'), COUNT_LIMIT);
	if (keymap->typed->len < 7)
		key_append_name(keymap->typed, key);
	return true;
}

KeymapResult
keymap_press(Keymap *keymap, Key key, const Command **command, int *count)
{
	if (take_digit(keymap, key))
		return KEYMAP_PENDING;
	const Node *node = child_of(keymap->at, key);
	if (!node) {
		keymap_reset(keymap);
		return KEYMAP_UNKNOWN;
	}
	if (!node->command) {
		keymap->at = node;
		key_append_name(keymap->typed, key);
		return KEYMAP_PENDING;
	}
	*command = node->command;
	*count = keymap->count;
	keymap_reset(keymap);
	return KEYMAP_FOUND;
}
