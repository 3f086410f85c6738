#include "ui/screen/keymap.h"

#include <string.h>

enum { COUNT_LIMIT = 9999999 };

typedef struct Node Node;
struct Node {
	Key key;
	const Binding *binding; /* NULL: only a prefix */
	Node *child, *next;
};

struct Keymap {
	GPtrArray *bindings; /* of Binding */
	GHashTable *nothing; /* keys that were taken away */
	Node root;
	const Node *at; /* where the typed prefix has led */
	int count;
	GString *typed;
	size_t prefix; /* bytes at the end of it that are no count */
};

static void
binding_free(void *data)
{
	Binding *binding = data;
	g_free(binding->keys);
	g_free(binding->argument);
	g_free(binding);
}

Keymap *
keymap_new(void)
{
	Keymap *keymap = g_new0(Keymap, 1);
	keymap->bindings = g_ptr_array_new_with_free_func(binding_free);
	keymap->nothing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	keymap->typed = g_string_new(NULL);
	keymap->at = &keymap->root;
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
	g_ptr_array_unref(keymap->bindings);
	g_hash_table_unref(keymap->nothing);
	g_string_free(keymap->typed, TRUE);
	g_free(keymap);
}

/* ---- binding ---- */

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

static char *
name_keys(const GArray *keys)
{
	GString *name = g_string_new(NULL);
	for (guint i = 0; i < keys->len; i++)
		key_append_name(name, g_array_index(keys, Key, i));
	return g_string_free(name, FALSE);
}

/* Is all of it free: no earlier keys that these begin with, or that begin with these? */
static bool
is_free(const Node *node, const GArray *keys)
{
	for (guint i = 0; node && i < keys->len; i++) {
		if (node->binding)
			return false;
		node = child_of(node, g_array_index(keys, Key, i));
	}
	return !node || (!node->binding && !node->child);
}

bool
keymap_bind(Keymap *keymap, const char *word, const Command *command, const char *argument)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(Key));
	if (!key_parse_word(word, keys) || !is_free(&keymap->root, keys))
		return false;
	g_autofree char *name = name_keys(keys);
	if (g_hash_table_contains(keymap->nothing, name))
		return false;
	if (!command) {
		g_hash_table_add(keymap->nothing, g_steal_pointer(&name));
		return true;
	}
	Node *node = &keymap->root;
	for (guint i = 0; i < keys->len; i++) {
		Key key = g_array_index(keys, Key, i);
		Node *child = child_of(node, key);
		node = child ? child : add_child(node, key);
	}
	Binding *binding = g_new0(Binding, 1);
	binding->keys = g_steal_pointer(&name);
	binding->command = command;
	binding->argument = g_strdup(argument);
	node->binding = binding;
	g_ptr_array_add(keymap->bindings, binding);
	return true;
}

void
keymap_bind_table(Keymap *keymap, const Command *table)
{
	for (const Command *command = table; command->name; command++) {
		g_auto(GStrv) words = g_strsplit(command->keys, " ", -1);
		for (char **word = words; *word; word++)
			keymap_bind(keymap, *word, command, NULL);
		for (const CommandKeys *row = command->keys_with; row && row->keys; row++)
			keymap_bind(keymap, row->keys, command, row->argument);
	}
}

/* ---- what is bound ---- */

const GPtrArray *
keymap_bindings(const Keymap *keymap)
{
	return keymap->bindings;
}

char *
keymap_keys(const Keymap *keymap, const Command *command)
{
	GString *keys = g_string_new(NULL);
	for (guint i = 0; i < keymap->bindings->len; i++) {
		const Binding *binding = g_ptr_array_index(keymap->bindings, i);
		if (binding->command == command && !binding->argument)
			g_string_append_printf(keys, "%s%s", keys->len ? " " : "", binding->keys);
	}
	return g_string_free(keys, FALSE);
}

static void
collect(const Node *node, GHashTable *bindings)
{
	if (node->binding)
		g_hash_table_add(bindings, (void *)node->binding);
	for (const Node *child = node->child; child; child = child->next)
		collect(child, bindings);
}

GPtrArray *
keymap_possible(const Keymap *keymap, size_t *length)
{
	GPtrArray *possible = g_ptr_array_new();
	g_autoptr(GHashTable) below = g_hash_table_new(NULL, NULL);
	collect(keymap->at, below);
	*length = keymap->prefix;
	for (guint i = 0; i < keymap->bindings->len; i++) {
		Binding *binding = g_ptr_array_index(keymap->bindings, i);
		if (g_hash_table_contains(below, binding))
			g_ptr_array_add(possible, binding);
	}
	return possible;
}

/* ---- typing ---- */

bool
keymap_reset(Keymap *keymap)
{
	bool had = keymap->typed->len > 0;
	keymap->at = &keymap->root;
	keymap->count = 0;
	keymap->prefix = 0;
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

const Binding *
keymap_find(const Keymap *keymap, Key key)
{
	const Node *node = child_of(&keymap->root, key);
	return node ? node->binding : NULL;
}

KeymapResult
keymap_press(Keymap *keymap, Key key, const Binding **binding, int *count)
{
	if (take_digit(keymap, key))
		return KEYMAP_PENDING;
	const Node *node = child_of(keymap->at, key);
	if (!node) {
		keymap_reset(keymap);
		return KEYMAP_UNKNOWN;
	}
	if (!node->binding) {
		size_t before = keymap->typed->len;
		keymap->at = node;
		key_append_name(keymap->typed, key);
		keymap->prefix += keymap->typed->len - before;
		return KEYMAP_PENDING;
	}
	*binding = node->binding;
	*count = keymap->count;
	keymap_reset(keymap);
	return KEYMAP_FOUND;
}
