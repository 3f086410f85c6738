#pragma once
/*
 * A file as it lies there, as clean text: a window of it at a time, so that a large one costs neither memory
 * nor time. Windows overlap, so that one can be scrolled from into the next without a break. Any thread; blocks
 * on the disk.
 */
#include "ui/screen/text_flow.h"

enum { SOURCE_WINDOW = 256 << 10, SOURCE_OVERLAP = 64 << 10 };

typedef enum SourceFrom {
	SOURCE_AT_TOP,     /* LINES below the window's first line */
	SOURCE_FROM_ABOVE, /* LINES before the end of the window above it */
	SOURCE_FROM_BELOW, /* LINES above the first line of the window below it */
	SOURCE_AT_END,     /* LINES before the end of the file, whichever window that is */
} SourceFrom;

typedef struct SourceWish {
	const char *file;
	int64_t window;
	size_t columns;
	SourceFrom from;
	int64_t lines;
} SourceWish;

typedef struct SourceShown {
	TextFlow *flow; /* the caller's */
	int64_t window;
	size_t top; /* the line that was asked for */
	bool more;  /* another window follows */
} SourceShown;

bool source_show(const SourceWish *wish, SourceShown *shown, GError **error);
