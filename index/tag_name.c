#include "index/tag_name.h"

#include <glib.h>
#include <string.h>

#include "index/maildir_name.h"

enum { TAG_LIMIT = 200 }; /* bytes, libnotmuch's */

const FlagTag flag_tags[] = {
	{ "draft", MAIL_DRAFT, false },
	{ "flagged", MAIL_FLAGGED, false },
	{ "passed", MAIL_PASSED, false },
	{ "replied", MAIL_REPLIED, false },
	{ "unread", MAIL_SEEN, true },
	{ NULL },
};

static const char *const automatic_tags[] = { "attachment", "encrypted", "signed", NULL };

const FlagTag *
flag_tag_find(const char *tag)
{
	for (const FlagTag *known = flag_tags; known->tag; known++)
		if (strcmp(known->tag, tag) == 0)
			return known;
	return NULL;
}

bool
flag_tag_edit(const char *tag, bool given, unsigned *set, unsigned *clear)
{
	const FlagTag *known = flag_tag_find(tag);
	if (!known)
		return false;
	bool sets = given != known->inverse;
	*(sets ? set : clear) |= known->flag;
	*(sets ? clear : set) &= ~known->flag;
	return true;
}

bool
tag_is_automatic(const char *tag)
{
	return g_strv_contains(automatic_tags, tag);
}

bool
tag_is_usable(const char *tag)
{
	if (!tag || !*tag || strlen(tag) > TAG_LIMIT || !g_utf8_validate(tag, -1, NULL))
		return false;
	for (const char *c = tag; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return true;
}

const char *
tag_name_refusal(const char *tag)
{
	if (!tag_is_usable(tag))
		return "is no name for a tag: 1 to 200 bytes of text";
	if (strchr(tag, ' '))
		return "has a blank in it, which no tag may have";
	if (tag_is_automatic(tag))
		return "says what is in the message: it cannot be set";
	return flag_tag_find(tag) ? "is a flag" : NULL;
}
