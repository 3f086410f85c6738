#include "ui/screen/terminal_paste.h"

#include <string.h>

enum { TEXT_LIMIT = 4096 /* bytes; what is longer fits into no prompt */, CHARACTER_BYTES = 6 };

/* Looked for here and not as a key of ncurses: it may come in pieces, and must never be missed. */
static const char end_mark[] = "\x1b[201~";

/* With room for all of it, so that no copy is left behind by growing. */
void
terminal_paste_begin(TerminalPaste *paste)
{
	terminal_paste_close(paste);
	paste->text = g_string_sized_new(TEXT_LIMIT + CHARACTER_BYTES);
}

bool
terminal_paste_is_open(const TerminalPaste *paste)
{
	return paste->text != NULL;
}

static void
append(TerminalPaste *paste, gunichar character)
{
	bool is_blank = character == '\n' || character == '\r' || character == '\t';
	gunichar kept = is_blank ? ' ' : character;
	if (g_unichar_validate(kept) && !g_unichar_iscntrl(kept) && paste->text->len < TEXT_LIMIT)
		g_string_append_unichar(paste->text, kept);
}

bool
terminal_paste_take(TerminalPaste *paste, gunichar character)
{
	if (character == (gunichar)end_mark[paste->matched]) {
		if (end_mark[++paste->matched])
			return false;
		g_strchomp(paste->text->str);
		return true;
	}
	for (size_t i = 0; i < paste->matched; i++) /* it was none */
		append(paste, (gunichar)end_mark[i]);
	paste->matched = character == (gunichar)end_mark[0];
	if (!paste->matched)
		append(paste, character);
	return false;
}

const char *
terminal_paste_text(const TerminalPaste *paste)
{
	return paste->text->str;
}

void
terminal_paste_close(TerminalPaste *paste)
{
	if (paste->text) {
		explicit_bzero(paste->text->str, paste->text->allocated_len);
		g_string_free(paste->text, TRUE);
	}
	*paste = (TerminalPaste){ 0 };
}
