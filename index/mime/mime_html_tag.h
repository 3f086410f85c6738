#pragma once
/*
 * What each tag does to the text of an HTML mail. Any thread.
 */

typedef enum TagKind {
	TAG_INLINE,
	TAG_BLOCK,
	TAG_PARAGRAPH,
	TAG_SKIPPED, /* with all that is in it */
	TAG_BREAK,
	TAG_CELL,
	TAG_CONTROL,
	TAG_DEFINITION,
	TAG_IMAGE,
	TAG_ITEM,
	TAG_LINK,
	TAG_LIST,
	TAG_PRE,
	TAG_QUOTE,
	TAG_RULE,
	TAG_TABLE,
} TagKind;

/* Of a name in any case; an unknown one is inline. */
TagKind mime_html_tag_kind(const char *name);
