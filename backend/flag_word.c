#include "backend/flag_word.h"

#include <glib.h>

#include "index/maildir_name.h"

static const struct {
	const char *word;
	unsigned flag;
} words[] = {
	{ "seen", MAIL_SEEN },
	{ "flagged", MAIL_FLAGGED },
	{ "answered", MAIL_REPLIED },
	{ "draft", MAIL_DRAFT },
	{ "forwarded", MAIL_PASSED },
};

const char *
flag_word(unsigned flag)
{
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i].flag == flag)
			return words[i].word;
	return NULL;
}

unsigned
flag_of_word(const char *word)
{
	for (size_t i = 0; word && i < G_N_ELEMENTS(words); i++)
		if (g_str_equal(words[i].word, word))
			return words[i].flag;
	return 0;
}
