#pragma once
/*
 * A line that is being typed, at the bottom of the screen; its keys are the table of pane_prompt.h. UI thread.
 */
#include <stdbool.h>

#include "ui/screen/canvas.h"
#include "ui/screen/keymap.h"

typedef struct Prompt Prompt;

/* LABEL: "search: ". TEXT: what stands there at first. The caller owns it. */
Prompt *prompt_new(const char *label, const char *text);
/* The same for a secret: what is typed is not drawn, and wiped at the end. */
Prompt *prompt_new_secret(const char *label);
void prompt_free(Prompt *prompt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prompt, prompt_free)

/* prompt_go goes through these lines (of char *, the newest last), which must outlive it. */
void prompt_set_history(Prompt *prompt, const GPtrArray *history);

/* What a text may be meant for (of char *, the best first); the caller's. */
typedef GPtrArray *(*PromptMatches)(const char *text, void *data);

/* What matches stands behind what is typed, the best first; prompt_choose puts one after the other in its
 * place. Asked again whenever the text has changed. */
void prompt_set_matches(Prompt *prompt, PromptMatches matches, void *data);

/* What matches is another thing now, though the text is the same. */
void prompt_renew_matches(Prompt *prompt);

/* Someone else shows what matches, in a box above: prompt_go goes through it too, but while nothing is typed
 * through the history. */
void prompt_set_box(Prompt *prompt);
bool prompt_has_box(const Prompt *prompt);
const GPtrArray *prompt_matches(
	const Prompt *prompt);           /* of char *; NULL: none; belongs to PROMPT */
int prompt_chosen(const Prompt *prompt); /* the place in it; -1: none */

/* Told the text whenever it has changed. */
typedef void (*PromptChanged)(const char *text, void *data);
void prompt_set_changed(Prompt *prompt, PromptChanged changed, void *data);

/* What the hints of its keys may count on: of CommandNeeds. */
unsigned prompt_have(const Prompt *prompt);

/* ---- what keys do ---- */

void prompt_type(Prompt *prompt, Key key); /* puts a character in; other keys do nothing */
void prompt_insert(
	Prompt *prompt, const char *text); /* the same; control characters are left out */

typedef enum PromptPlace {
	PROMPT_START,
	PROMPT_WORD,   /* the start of the word before the cursor */
	PROMPT_BEFORE, /* a character back */
	PROMPT_BEHIND, /* a character on */
	PROMPT_END,
} PromptPlace;

void prompt_move(Prompt *prompt, PromptPlace place);  /* the cursor */
void prompt_erase(Prompt *prompt, PromptPlace place); /* from the cursor up to there */
void prompt_choose(Prompt *prompt, int step); /* the next of what matches, or the one before */
void prompt_go(Prompt *prompt, int step);     /* to an earlier line (-1) or a later one */

const char *prompt_text(const Prompt *prompt); /* belongs to PROMPT */

/* Draws it into a line and puts the cursor there. */
void prompt_draw(const Prompt *prompt, Canvas *canvas, const Area *area);
