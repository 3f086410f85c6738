#include "ui/screen/terminal_keys.h"

#include <ncurses.h>

static const struct {
	int code;
	Key key;
} codes[] = {
	{ KEY_UP, PRESS_UP },
	{ KEY_DOWN, PRESS_DOWN },
	{ KEY_LEFT, PRESS_LEFT },
	{ KEY_RIGHT, PRESS_RIGHT },
	{ KEY_HOME, PRESS_HOME },
	{ KEY_FIND, PRESS_HOME },
	{ KEY_END, PRESS_END },
	{ KEY_SELECT, PRESS_END },
	{ KEY_PPAGE, PRESS_PAGE_UP },
	{ KEY_NPAGE, PRESS_PAGE_DOWN },
	{ KEY_DC, PRESS_DELETE },
	{ KEY_IC, PRESS_INSERT },
	{ KEY_BTAB, PRESS_BACK_TAB },
	{ KEY_BACKSPACE, PRESS_BACKSPACE },
	{ KEY_ENTER, PRESS_ENTER },
};

Key
terminal_key_of(int kind, wint_t code)
{
	if (kind == KEY_CODE_YES) {
		for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
			if (codes[i].code == (int)code)
				return codes[i].key;
		}
		return PRESS_NONE;
	}
	if (code == '\n')
		return PRESS_ENTER;
	if (code == 0x08)
		return PRESS_BACKSPACE;
	return code;
}
