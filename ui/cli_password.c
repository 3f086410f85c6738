#include "ui/cli_password.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "index/clean_text.h"

enum { PASSWORD_LIMIT = 1024 };
enum { KEY_INTERRUPT = 3, KEY_END = 4, KEY_BACKSPACE = 8, KEY_KILL = 21, KEY_DELETE = 127 };

struct PasswordPrompt {
	int terminal;
	struct termios before;
	guint source;
	PasswordOnDone on_done;
	void *data;
	size_t length;
	char secret[PASSWORD_LIMIT + 1];
};

static void
finish(PasswordPrompt *prompt, bool given)
{
	PasswordOnDone on_done = prompt->on_done;
	prompt->on_done = NULL;
	prompt->source = 0;
	if (write(prompt->terminal, "\r\n", 2) < 0)
		g_debug("the terminal is gone");
	tcsetattr(prompt->terminal, TCSADRAIN, &prompt->before);
	char secret[PASSWORD_LIMIT + 1];
	memcpy(secret, prompt->secret, sizeof secret);
	explicit_bzero(prompt->secret, sizeof prompt->secret);
	void *data = prompt->data;
	on_done(given ? secret : NULL, data); /* may free PROMPT */
	explicit_bzero(secret, sizeof secret);
}

/* False: the prompt is over. */
static bool
take_key(PasswordPrompt *prompt, char key)
{
	switch (key) {
	case '\r':
	case '\n':
		finish(prompt, true);
		return false;
	case KEY_INTERRUPT:
	case KEY_END:
		finish(prompt, false);
		return false;
	case KEY_BACKSPACE:
	case KEY_DELETE:
		while (prompt->length && (prompt->secret[--prompt->length] & 0xc0) == 0x80)
			; /* a whole UTF-8 character */
		prompt->secret[prompt->length] = '\0';
		return true;
	case KEY_KILL:
		prompt->length = 0;
		prompt->secret[0] = '\0';
		return true;
	}
	if (prompt->length < PASSWORD_LIMIT && key) {
		prompt->secret[prompt->length++] = key;
		prompt->secret[prompt->length] = '\0';
	}
	return true;
}

static gboolean
on_readable(int terminal, GIOCondition condition, void *data)
{
	PasswordPrompt *prompt = data;
	char keys[64];
	ssize_t count = read(terminal, keys, sizeof keys);
	if (count <= 0) {
		finish(prompt, false);
		return G_SOURCE_REMOVE;
	}
	gboolean more = G_SOURCE_CONTINUE;
	for (ssize_t i = 0; more && i < count; i++)
		more = take_key(prompt, keys[i]);
	explicit_bzero(keys, sizeof keys);
	return more;
}

/* C-c is a key here: a signal would leave the terminal without its echo. */
static bool
hide_typing(PasswordPrompt *prompt)
{
	if (tcgetattr(prompt->terminal, &prompt->before) < 0)
		return false;
	struct termios hidden = prompt->before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
	hidden.c_cc[VMIN] = 1;
	hidden.c_cc[VTIME] = 0;
	return tcsetattr(prompt->terminal, TCSAFLUSH, &hidden) == 0;
}

static void
ask(const PasswordPrompt *prompt, const char *label)
{
	g_autoptr(CleanText) text =
		clean_text_format(CLEAN_IDENTITY, "Password for account %s:", label);
	const char *question = clean_text_utf8(text);
	if (write(prompt->terminal, question, strlen(question)) < 0 ||
		write(prompt->terminal, " ", 1) < 0)
		g_debug("the terminal is gone");
}

PasswordPrompt *
password_prompt_new(const char *label, PasswordOnDone on_done, void *data)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return NULL;
	PasswordPrompt *prompt = g_new0(PasswordPrompt, 1);
	prompt->terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (prompt->terminal < 0 || !hide_typing(prompt)) {
		if (prompt->terminal >= 0)
			close(prompt->terminal);
		g_free(prompt);
		return NULL;
	}
	prompt->on_done = on_done;
	prompt->data = data;
	prompt->source =
		g_unix_fd_add(prompt->terminal, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, prompt);
	ask(prompt, label);
	return prompt;
}

void
password_prompt_free(PasswordPrompt *prompt)
{
	if (!prompt)
		return;
	if (prompt->on_done) {
		tcsetattr(prompt->terminal, TCSADRAIN, &prompt->before);
		g_clear_handle_id(&prompt->source, g_source_remove);
	}
	close(prompt->terminal);
	explicit_bzero(prompt, sizeof *prompt);
	g_free(prompt);
}
