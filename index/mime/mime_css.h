#pragma once
/*
 * As much of CSS as it takes to tell what of an HTML mail its sender meant to be seen: rules for a tag,
 * a class or an id outside of @media, and style attributes. Bounded; any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	CSS_COLOR_UNSET = -2,
	CSS_COLOR_UNKNOWN = -1, /* transparent, an image, a name we do not know */
};

typedef enum CssTruth { CSS_UNSET, CSS_NO, CSS_YES } CssTruth;

/* What a style says; unset members say nothing. Colours are 0xrrggbb. */
typedef struct CssStyle {
	CssTruth
		gone; /* display: none, mso-hide, opacity or max-height 0: nothing inside is seen */
	CssTruth invisible; /* visibility: hidden; what is inside may be visible again */
	CssTruth tiny;      /* font-size 0 or 1px; what is inside may be larger */
	CssTruth pre;       /* white-space: pre */
	int color, background;
} CssStyle;

typedef struct CssSheet CssSheet;

CssSheet *css_sheet_new(void);
void css_sheet_free(CssSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CssSheet, css_sheet_free)

/* Adds the rules of a <style> element. */
void css_sheet_add(CssSheet *sheet, const char *text);

/*
 * The style of an element with this tag (lower case), class and id attributes and style attribute; each
 * but the tag may be NULL.
 */
CssStyle css_sheet_style(const CssSheet *sheet, const char *tag, const char *classes,
	const char *id, const char *inline_style);

/* A colour as HTML and CSS write it. */
int css_color(const char *text);
