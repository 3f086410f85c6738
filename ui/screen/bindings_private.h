#pragma once
/*
 * What bindings.c (life, presets, tables) and bindings_config.c (the config's bind blocks) share.
 */
#include "ui/screen/bindings.h"

struct Bindings {
	Keymap *keymaps[PANE_COUNT + 1]; /* the last: what holds in all panes */
	GPtrArray *problems;             /* of ConfigProblem */
};

/* What stands behind the equals sign: "folder inbox". */
typedef struct Deed {
	char *name;
	char *argument; /* NULL: none */
} Deed;

Deed deed_of(const char *text);
void deed_clear(Deed *deed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Deed, deed_clear)
bool deed_is_none(const Deed *deed); /* the keys mean nothing */

/* Do the keys and the commands of everywhere work there? PANE may be PANE_COUNT. */
bool bindings_hears_all(PaneNumber pane);

/* What a pane calls so; NULL: nothing. */
const Command *bindings_find_command(PaneNumber pane, const char *name);

/* In this pane, if it knows the command. False: the keys belong to something else. */
bool bindings_bind(Bindings *bindings, PaneNumber pane, const char *keys, const Deed *deed);

void bindings_take_config(Bindings *bindings, const Config *config);
