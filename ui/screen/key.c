#include "ui/screen/key.h"

#include <string.h>

#include "backend/config.h"

enum { RUN_LIMIT = 4 }; /* keys of one command */

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

/* What other programs call them. */
static const struct {
	const char *wrong, *right;
} foreign_names[] = {
	{ "Return", "Enter" },
	{ "CR", "Enter" },
	{ "Escape", "Esc" },
	{ "BS", "Backspace" },
	{ "BackSpace", "Backspace" },
	{ "PageUp", "PgUp" },
	{ "PageDown", "PgDn" },
	{ "Page_Up", "PgUp" },
	{ "Page_Down", "PgDn" },
	{ "Delete", "Del" },
	{ "Insert", "Ins" },
	{ "BackTab", "S-Tab" },
	{ "C-i", "Tab" },
	{ "C-m", "Enter" },
	{ "C-j", "Enter" },
	{ "C-h", "Backspace" },
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

static char *
unknown_name(const char *word)
{
	const char *names[G_N_ELEMENTS(key_names) + 1] = { NULL };
	for (size_t i = 0; i < G_N_ELEMENTS(key_names); i++)
		names[i] = key_names[i].name;
	const char *nearest = config_nearest(word, names);
	for (size_t i = 0; i < G_N_ELEMENTS(foreign_names); i++)
		nearest = g_str_equal(word, foreign_names[i].wrong) ? foreign_names[i].right
		                                                    : nearest;
	return g_strdup_printf("no key is named '%s'%s%s%s", word,
		nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

/* "F1", "M-x", "S-Up", "C-Left", "C-X": keys of other programs that would be read as a run of letters. */
static bool
is_foreign(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(foreign_names); i++) {
		if (g_str_equal(word, foreign_names[i].wrong))
			return true;
	}
	bool has_modifier = word[0] && strchr("CSMA", word[0]) && word[1] == '-' && word[2];
	if (has_modifier)
		return word[0] != 'C' || !g_ascii_islower(word[2]);
	return word[0] == 'F' && g_ascii_isdigit(word[1]);
}

char *
key_mistake(const char *word)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(Key));
	if (!key_parse_word(word, keys))
		return g_strdup("a key is missing between the quotes");
	if (keys->len > 1 && strchr(word, ' '))
		return g_strdup_printf("'%s' has a blank in it: an entry binds one key, or keys "
				       "typed in a row; the blank itself is named Space",
			word);
	return is_foreign(word) || keys->len > RUN_LIMIT ? unknown_name(word) : NULL;
}
