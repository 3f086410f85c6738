#pragma once
/* What ncurses reads, as keys. Pure. */
#include <wchar.h>

#include "ui/screen/keymap.h"

/* KIND and CODE as get_wch gives them; PRESS_NONE: no key of ours. */
Key terminal_key_of(int kind, wint_t code);
