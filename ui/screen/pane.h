#pragma once
/*
 * A pane: a part of the screen with its own keys. A class of function pointers; panes.h has them all.
 * UI thread only.
 */
#include "ui/screen/canvas.h"
#include "ui/screen/command.h"
#include "ui/screen/events.h"
#include "ui/screen/mouse.h"

typedef struct App App;

typedef struct PaneClass {
	const char *name;        /* "list": in help and bind blocks */
	const Command *commands; /* ends with a NULL name */
	bool takes_text; /* keys without a command are text, and those of everywhere are not heard */

	size_t size; /* of its state, which begins with a Pane */
	void (*begin)(
		Pane *pane); /* fills the state, zero but for the Pane; NULL: nothing to fill */
	/* Draws all of it into AREA, from its state alone. FOCUSED: it hears the keys. A pane that never has an
	 * area needs neither this nor resize. */
	void (*draw)(Pane *pane, Canvas *canvas, const Area *area, bool focused);
	/* The area it will be drawn into has this size from now on. */
	void (*resize)(Pane *pane, int rows, int columns);
	/* Something happened; may be NULL. */
	void (*on_event)(Pane *pane, const Event *event);
	/* A click or the wheel on ROW and COLUMN of its area; may be NULL. */
	void (*on_mouse)(Pane *pane, int row, int column, MouseAction action);
	/* Stops what it waits for; true if there was something. May be NULL. */
	bool (*cancel)(Pane *pane);
	/* Are rows on their way that a command would be about? True: it keeps what is typed until they are here
	 * (app_hold_keys). May be NULL. */
	bool (*hold)(Pane *pane);
	/* What it waits for and cancel would stop, for the list of jobs; the caller owns it. NULL: nothing, and
	 * may be NULL itself. */
	char *(*job)(Pane *pane);
	void (*free)(Pane *pane);
} PaneClass;

struct Pane {
	const PaneClass *class;
	App *app;
	int rows, columns; /* as last resized */
};
