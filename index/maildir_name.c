#include "index/maildir_name.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const struct {
	char letter;
	unsigned flag;
} flag_letters[] = {
	{ 'D', MAIL_DRAFT },
	{ 'F', MAIL_FLAGGED },
	{ 'P', MAIL_PASSED },
	{ 'R', MAIL_REPLIED },
	{ 'S', MAIL_SEEN },
	{ 'T', MAIL_DELETED },
};

static unsigned
flag_of_letter(char letter)
{
	for (size_t i = 0; i < G_N_ELEMENTS(flag_letters); i++)
		if (flag_letters[i].letter == letter)
			return flag_letters[i].flag;
	return 0;
}

/* Puts the letter where ASCII order wants it, once. */
static void
insert_letter(GString *letters, char letter)
{
	size_t at = 0;
	while (at < letters->len && letters->str[at] < letter)
		at++;
	if (at == letters->len || letters->str[at] != letter)
		g_string_insert_c(letters, (gssize)at, letter);
}

static void
parse_flags(const char *letters, MaildirName *name)
{
	GString *other = g_string_new(NULL);
	for (; *letters != '\0'; letters++) {
		unsigned flag = flag_of_letter(*letters);
		name->flags |= flag;
		if (flag == 0 && g_ascii_isalpha(*letters))
			insert_letter(other, *letters);
	}
	name->other_flags = g_string_free(other, other->len == 0);
}

bool
maildir_name_parse(const char *file_name, MaildirName *name)
{
	*name = (MaildirName){ 0 };
	if (file_name[0] == '.' || strchr(file_name, '/') != NULL)
		return false;
	size_t length = strcspn(file_name, ":");
	const char *info = file_name + length;
	bool partial = length >= 2 && memcmp(file_name + length - 2, ",P", 2) == 0;
	if (partial)
		length -= 2;
	if (length == 0)
		return false;
	name->key = g_strndup(file_name, length);
	name->partial = partial;
	if (g_str_has_prefix(info, ":2,"))
		parse_flags(info + 3, name);
	return true;
}

void
maildir_name_clear(MaildirName *name)
{
	g_free(name->key);
	g_free(name->other_flags);
	*name = (MaildirName){ 0 };
}

char *
maildir_name_build(
	const char *key, bool partial, unsigned flags, const char *other_flags, bool in_new)
{
	g_autoptr(GString) letters = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(flag_letters); i++)
		if (flags & flag_letters[i].flag)
			insert_letter(letters, flag_letters[i].letter);
	for (; other_flags != NULL && *other_flags != '\0'; other_flags++)
		if (g_ascii_isalpha(*other_flags))
			insert_letter(letters, *other_flags);
	bool bare = in_new && letters->len == 0;
	return g_strconcat(key, partial ? ",P" : "", bare ? "" : ":2,", letters->str, NULL);
}

static void
clean_host(char *host)
{
	for (char *byte = host; *byte != '\0'; byte++)
		if (!g_ascii_isalnum(*byte) && strchr("-._", *byte) == NULL)
			*byte = '_';
}

/* 64 bits that nobody else in the world has just drawn. */
static guint64
draw_random(void)
{
	guint64 number;
	if (getrandom(&number, sizeof number, 0) == (ssize_t)sizeof number)
		return number;
	return (guint64)g_random_int() << 32 | g_random_int();
}

char *
maildir_key_new(int64_t seconds)
{
	char host[65] = "";
	if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0')
		strcpy(host, "localhost");
	clean_host(host);
	return g_strdup_printf("%" G_GINT64_FORMAT ".%016" G_GINT64_MODIFIER "x.%s",
		(gint64)MAX(seconds, 0), draw_random(), host);
}

void
maildir_flags_letters(unsigned flags, char letters[8])
{
	size_t length = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(flag_letters); i++)
		if (flags & flag_letters[i].flag)
			letters[length++] = flag_letters[i].letter;
	letters[length] = '\0';
}
