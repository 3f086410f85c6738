#include "ui/screen/terminal_modes.h"

#include <string.h>
#include <term.h>
#include <unistd.h>
/* after term.h, whose macros would hide ours */
#include <ncurses.h>

static const char turn_on[] = "\x1b[22;0t\x1b[?1004h\x1b[?2004h";
static const char turn_off[] = "\x1b[?1006l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[23;0t";

/* Past ncurses, which has written all of its own by the end of each drawing. */
static void
write_out(const char *text)
{
	size_t length = strlen(text);
	while (length > 0) {
		ssize_t count = write(STDOUT_FILENO, text, length);
		if (count <= 0)
			return;
		text += count;
		length -= (size_t)count;
	}
}

/* One that can report a mouse is of xterm's kind. */
static bool
is_like_xterm(void)
{
	const char *mouse = tigetstr("kmous");
	return mouse && mouse != (const char *)-1;
}

void
terminal_modes_open(TerminalModes *modes)
{
	modes->known = is_like_xterm();
	if (!modes->known)
		return;
	define_key("\x1b[I", TERMINAL_FOCUS_IN);
	define_key("\x1b[O", TERMINAL_FOCUS_OUT);
	define_key("\x1b[200~", TERMINAL_PASTE_BEGIN);
}

void
terminal_modes_close(TerminalModes *modes)
{
	terminal_modes_set(modes, false);
	g_clear_pointer(&modes->title, clean_text_unref);
}

static void
write_title(const TerminalModes *modes)
{
	if (!modes->known || !modes->on || !modes->title)
		return;
	g_autofree char *sequence =
		g_strdup_printf("\x1b]2;%s\x1b\\", clean_text_utf8(modes->title));
	write_out(sequence);
}

void
terminal_modes_set(TerminalModes *modes, bool on)
{
	if (!modes->known || modes->on == on)
		return;
	modes->on = on;
	write_out(on ? turn_on : turn_off);
	write_title(modes);
}

const char *
terminal_modes_off(const TerminalModes *modes)
{
	return modes->known ? turn_off : "";
}

void
terminal_modes_title(TerminalModes *modes, const CleanText *title)
{
	if (modes->title && g_str_equal(clean_text_utf8(modes->title), clean_text_utf8(title)))
		return;
	clean_text_unref(modes->title);
	modes->title = clean_text_ref((CleanText *)title);
	write_title(modes);
}

void
terminal_modes_bell(void)
{
	write_out("\a");
}

void
terminal_modes_message(const TerminalModes *modes, const CleanText *text)
{
	if (!modes->known || !modes->on)
		return;
	g_autofree char *sequence = g_strdup_printf("\x1b]9;%s\x1b\\", clean_text_utf8(text));
	write_out(sequence);
}
