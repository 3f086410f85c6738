#pragma once
/*
 * The reader's state, shared by pane_reader.c (the pane itself), pane_reader_commands.c and reader_load.c (where
 * the text comes from). UI thread.
 */
#include "ui/screen/app.h"
#include "ui/screen/message_text.h"
#include "ui/screen/part_list.h"
#include "ui/screen/reader_find.h"
#include "ui/screen/reader_source.h"

typedef enum ReaderForm {
	READER_MESSAGE, /* headers and text */
	READER_HTML,    /* the same, with the HTML part as text */
	READER_SOURCE,  /* the file as it lies there */
	READER_PART,    /* one part of it */
	READER_OUTPUT,  /* what a program says of a part */
} ReaderForm;

/* Looking for something in what is shown, which may be long: by steps between all else. */
typedef struct ReaderFinding {
	bool runs;
	guint step;     /* source of the next one; 0: a window of the source is awaited */
	unsigned steps; /* so far */
	bool seeks_end; /* lays the text out, to begin with its last line */
	bool backwards, wrapped;
	int64_t line;              /* the next one */
	int64_t from, from_window; /* where it began */
	int64_t window;            /* of the source that is looked through */
	bool more;                 /* another window follows */
} ReaderFinding;

typedef struct ReaderPane {
	Pane base;
	ListRow *row;   /* NULL: nothing is shown */
	TextFlow *flow; /* NULL: nothing is shown */
	size_t top;
	ReaderForm form;
	bool all_headers;
	char *file;          /* NULL: not here, or not yet known */
	JsonObject *message; /* what the mime helper said of it; NULL: nothing yet */
	Part *part;          /* that is shown, or was; NULL: none yet */
	Finder *finder;      /* what was searched for; NULL: nothing */
	int64_t found;       /* the line it was found in */
	ReaderFinding finding;
	int64_t window; /* of the source */
	bool more_windows;
	CommandFunction then; /* what was asked for before the message was there; NULL: nothing */
	unsigned opened;      /* how many messages were, this one too */
	bool tried_again;     /* the file had another name by now */
	bool missing;         /* the file is not here */
	bool fetching;        /* the agent was asked for it and has not answered */
	int percent;          /* so much of that has come */
	bool came;            /* the agent says that it is here */
	bool refused;     /* the agent could not, and will not by itself before its next round */
	bool gave_up;     /* the user does not wait for it any more */
	bool may_mark;    /* it was not shown yet since it was opened */
	guint mark_timer; /* when that runs out, it was read; or 0 */
} ReaderPane;

extern const Command pane_reader_commands[];

/* ---- pane_reader.c ---- */

void reader_set_flow(ReaderPane *reader, TextFlow *flow); /* takes FLOW over */
void reader_set_note(ReaderPane *reader, const char *note);
void reader_scroll(ReaderPane *reader, int64_t lines);
void reader_scroll_to_top(ReaderPane *reader);
void reader_scroll_to_end(ReaderPane *reader);
bool reader_is_at_end(ReaderPane *reader);

/* ---- reader_load.c ---- */

void reader_load(ReaderPane *reader);   /* looks its row's file up and shows it */
void reader_reshow(ReaderPane *reader); /* the known file, in the form that is wanted now */

/* ---- reader_fetch.c ---- */

extern const char reader_not_here[];   /* a note */
void reader_fetch(ReaderPane *reader); /* asks the agent for a file that is not here */
bool reader_give_up(
	ReaderPane *reader);  /* waits for it no more, nor does the agent; false: it did not */
char *reader_job(Pane *pane); /* of the pane's class */
/* What an agent tells: what is not here may have come, or may be asked for again. */
void reader_hear(ReaderPane *reader, const Event *event);

/* ---- reader_mark.c ---- */

void reader_mark_begin(ReaderPane *reader); /* it is shown: if it was not before, time runs */
void reader_mark_stop(ReaderPane *reader);  /* it is not to be marked any more */

/* ---- reader_load_part.c ---- */

void reader_load_part(ReaderPane *reader); /* its part */

/* ---- reader_load_source.c ---- */

/* Another window of the source, or another place in it. */
void reader_load_source(ReaderPane *reader, int64_t window, SourceFrom from, int64_t lines);
void reader_take_source(ReaderPane *reader, SourceShown *shown); /* shows it; takes its flow over */

/* ---- reader_finding.c ---- */

/* Looks for what its finder finds, from LINE of what is shown on, and round its end. */
void reader_find(ReaderPane *reader, int64_t line, bool backwards);
bool reader_find_stop(ReaderPane *reader);           /* false: nothing was looked for */
char *reader_finding_text(const ReaderPane *reader); /* of the job; NULL: nothing; the caller's */

/* ---- reader_find_commands.c ---- */

void reader_run_find(Pane *pane, int count);
void reader_run_find_next(Pane *pane, int count);
void reader_run_find_previous(Pane *pane, int count);
