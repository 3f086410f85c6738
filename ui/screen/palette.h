#pragma once
/*
 * `:`: commands by name. What is typed finds them by its letters in their order, the best first. Finding is
 * pure; UI thread.
 */
#include "ui/screen/canvas.h"
#include "ui/screen/keymap.h"
#include "ui/screen/prompt.h"

/* The commands that TYPED may mean, the best first: its whole name, its beginning, the beginnings of its words,
 * a piece of it, its letters in order. Of const Command; the array is the caller's. TABLES: NULL-terminated. */
GPtrArray *palette_find(const Command *const *tables, const char *typed);

/* What the prompt of `:` may complete TEXT to, a name or an argument for PANE; of char *, the caller's. */
GPtrArray *palette_matches(const Command *const *tables, Pane *pane, const char *text);

/*
 * Runs what TEXT says for PANE: a command's name, or what is best for it, and a count or an argument behind. A
 * sentence that the caller owns if it cannot be; else NULL.
 */
char *palette_run(const Command *const *tables, Pane *pane, const char *text);

/* Draws what PROMPT may be completed to into BODY, with keys and help. */
void palette_draw(const Command *const *tables, const Keymap *keymap, const Prompt *prompt,
	Canvas *canvas, const Area *body);
