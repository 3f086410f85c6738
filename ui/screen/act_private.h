#pragma once
/* What act.c (doing) and act_undo.c (taking back) share. UI thread. */
#include "ui/screen/act.h"
#include "ui/screen/app.h"

/* An account that takes part in a deed. */
typedef struct Part {
	int account;
	bool done; /* its agent has done some of it */
} Part;

typedef struct Done {
	Acts *acts;
	unsigned number; /* as the list knows it */
	char *id;        /* its name in the protocol */
	char *words;     /* "3 messages archived"; NULL: its copies are looked for */
	GArray *parts;   /* of Part */
	int to; /* the account that it goes to, from others, too; -1: each stays in its own */
	bool is_final;       /* nothing takes it back: its name is told to nobody */
	bool is_quiet;       /* nobody asked for it */
	bool is_refused;     /* by an agent at least, which was said */
	bool undone;         /* as the user wishes it: to be taken back once it is done */
	unsigned due;        /* answers that are awaited, of any kind */
	unsigned unanswered; /* of these, those of the deed itself */
	int64_t kept,
		gone; /* of the last taking back: not, as they were changed since; or are gone */
} Done;

struct Acts {
	App *app;
	unsigned count; /* deeds so far */
	GPtrArray *all; /* of Done: owns them */
	GPtrArray *done,
		*undone; /* of these, those that can be taken back, or done again; the newest last */
	View *view;      /* kept for a prompt, with TARGETS; or NULL */
	GPtrArray *targets;
	GPtrArray *tags; /* of char *: what a prompt for one may mean; NULL: not known yet */
};

/* ---- act.c ---- */

/* It cannot be taken back or done again any more; frees it unless an answer is awaited. */
void act_forget(Done *done);
void act_free_unless_needed(Done *done);

/* ---- act_undo.c ---- */

void act_ask_undo(Done *done); /* or redo: as ->undone says */
