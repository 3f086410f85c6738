#include "backend/wire/imap_private.h"

bool
imap_break(ImapSession *session, int code, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (!session->broken)
		session->broken = g_error_new(ACCOUNT_ERROR, code, "%s: %s", session->host, why);
	return false;
}

bool
imap_skip(ImapSession *session, const char *why)
{
	if (session->on_skipped)
		session->on_skipped(why, session->skipped_data);
	return true;
}
