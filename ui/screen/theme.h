#pragma once
/*
 * How things look: a table of styles, one row a role. Panes draw by role and never by colour, so that a
 * theme is data. The default is built in. Constant once made; any thread.
 */
#include <glib.h>

#include "ui/screen/colour.h"

typedef enum Style {
	STYLE_NORMAL,
	STYLE_TOP,
	STYLE_STATUS,
	STYLE_STATUS_ERROR,
	STYLE_HINTS,
	STYLE_PROMPT,
	STYLE_RULE,
	STYLE_FOLDER,
	STYLE_FOLDER_UNREAD,
	STYLE_FOLDER_ACCOUNT,
	STYLE_FOLDER_OPEN,
	STYLE_LIST,
	STYLE_LIST_UNREAD,
	STYLE_LIST_NEW, /* unread, and came since the list was looked at before */
	STYLE_LIST_FLAGGED,
	STYLE_LIST_TAG,
	STYLE_LIST_MARKED,
	STYLE_CURSOR,
	STYLE_CURSOR_AWAY, /* the cursor of a pane without the focus */
	STYLE_EMPTY,
	STYLE_READER,
	STYLE_READER_HEADER,
	STYLE_READER_SUBJECT,
	STYLE_READER_QUOTE_1, /* lines quoted once; deeper ones in turn */
	STYLE_READER_QUOTE_2,
	STYLE_READER_QUOTE_3,
	STYLE_READER_SIGNATURE,
	STYLE_READER_MATCH, /* what was searched for */
	STYLE_READER_NOTE,
	STYLE_HELP_HEADING,
	STYLE_BOX,
	STYLE_BOX_KEYS,
	STYLE_BOX_CHOSEN,
	STYLE_MESSAGE_ERROR,
	STYLE_COUNT,
} Style;

typedef enum ThemeAttribute {
	THEME_BOLD = 1 << 0,
	THEME_DIM = 1 << 1,
	THEME_ITALIC = 1 << 2,
	THEME_UNDERLINE = 1 << 3,
	THEME_REVERSE = 1 << 4,
} ThemeAttribute;

typedef struct ThemeStyle {
	const char *name; /* "list.unread": as theme files write it */
	int fg, bg;       /* as in colour.h */
	unsigned attributes;
} ThemeStyle;

typedef struct Theme {
	ThemeStyle styles[STYLE_COUNT];
} Theme;

/* The built-in theme. */
extern const Theme theme_default;
