#include "ui/screen/key_presets.h"

#include <glib.h>

/* neomutt's keys of the same deeds. z and Z are left out: they begin commands that mutt does not have. */
static const KeyPreset mutt[] = {
	{ PANE_LIST, "=", "first" },
	{ PANE_LIST, "*", "last" },
	{ PANE_LIST, "]", "half-down" },
	{ PANE_LIST, "[", "half-up" },
	{ PANE_LIST, "y", "folder" },
	{ PANE_LIST, "G", "sync" },
	{ PANE_LIST, "x", "quit" },
	{ PANE_LIST, "Space", "open" },
	{ PANE_LIST, "l", "narrow" },
	{ PANE_LIST, "Od", "sort date-reverse" },
	{ PANE_LIST, "Of", "sort sender-reverse" },
	{ PANE_LIST, "Os", "sort subject-reverse" },
	{ PANE_LIST, "Oz", "sort size-reverse" },
	{ PANE_READER, "j", "next-message" },
	{ PANE_READER, "k", "previous-message" },
	{ PANE_READER, "Enter", "down" },
	{ PANE_READER, "Backspace", "up" },
	{ PANE_READER, "-", "page-up" },
	{ PANE_READER, "^", "first" },
	{ PANE_READER, "]", "half-down" },
	{ PANE_READER, "[", "half-up" },
	{ PANE_READER, "i", "back" },
	{ 0 },
};

static const KeyPreset vim[] = {
	{ PANE_COUNT, "ZZ", "quit" },
	{ PANE_COUNT, "ZQ", "quit" },
	{ PANE_COUNT, "C-wh", "left" },
	{ PANE_COUNT, "C-wk", "left" },
	{ PANE_COUNT, "C-wl", "right" },
	{ PANE_COUNT, "C-wj", "right" },
	{ PANE_COUNT, "C-ww", "right" },
	{ PANE_FOLDERS, "l", "open" },
	{ PANE_FOLDERS, "h", "fold-left" },
	{ PANE_LIST, "l", "open" },
	{ PANE_LIST, "h", "left" },
	{ PANE_LIST, "]]", "next-unread" },
	{ PANE_LIST, "[[", "previous-unread" },
	{ PANE_LIST, "gt", "next-folder" },
	{ PANE_LIST, "gT", "previous-folder" },
	{ PANE_READER, "]]", "next-message" },
	{ PANE_READER, "[[", "previous-message" },
	{ PANE_READER, "C-e", "down" },
	{ PANE_READER, "C-y", "up" },
	{ PANE_READER, "C-wc", "back" },
	{ PANE_READER, "C-wq", "back" },
	{ PANE_READER, "gx", "links" },
	{ PANE_PARTS, "l", "view" },
	{ PANE_LINKS, "l", "open" },
	{ 0 },
};

static const struct {
	const char *name;
	const KeyPreset *rows;
} presets[] = { { "mutt", mutt }, { "vim", vim } };

const KeyPreset *
key_preset(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(presets); i++) {
		if (g_strcmp0(name, presets[i].name) == 0)
			return presets[i].rows;
	}
	return NULL;
}
