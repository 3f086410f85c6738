#pragma once
/*
 * Names of tags: which of them are computed, and which people may give. Pure; any thread.
 */
#include <stdbool.h>

/* A tag that a flag of the copies makes. */
typedef struct FlagTag {
	const char *tag;
	unsigned flag; /* one of MailFlags */
	bool inverse;  /* the tag stands for the flag's absence */
} FlagTag;
extern const FlagTag flag_tags[];              /* sorted, ends with a NULL one */
const FlagTag *flag_tag_find(const char *tag); /* NULL: it is none */
/* What giving (or taking) TAG does to flags is added to *set or *clear, and taken from the other. False: it is none. */
bool flag_tag_edit(const char *tag, bool given, unsigned *set, unsigned *clear);

/* "attachment", "signed", "encrypted": tags that libnotmuch makes while it indexes. */
bool tag_is_automatic(const char *tag);

/* Can an index hold it? */
bool tag_is_usable(const char *tag);
/* Why people cannot give or take this tag, as what follows "tag 'x' "; NULL: they can. */
const char *tag_name_refusal(const char *tag);
