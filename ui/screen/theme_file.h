#pragma once
/*
 * Theme files: `style list.unread { fg = bright-blue  bg = default  attr = {bold} }`, `inherit = default`.
 * Read by the config's parser. What a theme leaves out looks as in the theme that it inherits; where it
 * inherits none, like the role above it (list.unread: list). The theme "default" is built in. Any thread.
 */
#include <stddef.h>

#include "backend/config.h"
#include "ui/screen/theme.h"

typedef struct ThemeProblem {
	bool warning;   /* it changes nothing else */
	char *sentence; /* "themes/light:12:8: unknown colour 'blu' (did you mean 'blue'?)" */
} ThemeProblem;

/* What `ui { theme = … }` says; "default" where it says nothing. CONFIG may be NULL. Belongs to CONFIG. */
const char *theme_name(const Config *config);

/* The theme of that name, from the first of the places that has it (paths.h); the built-in one if there is none.
 * Returns what is wrong, of ThemeProblem; the caller owns the array. */
GPtrArray *theme_load(Theme *theme, const char *name);

/* The same from memory. */
GPtrArray *theme_parse(Theme *theme, const char *name, const char *text, size_t length);
