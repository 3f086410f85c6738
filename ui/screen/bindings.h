#pragma once
/*
 * What each key does in each pane: the config's bind blocks, over the preset that it names, over the keys of
 * the command tables. UI thread, or the command line's.
 */
#include "backend/config.h"
#include "ui/screen/keymap.h"
#include "ui/screen/layout.h"

typedef struct Bindings Bindings;

/* CONFIG: NULL: none, so the keys of the tables. The caller owns it. */
Bindings *bindings_new(const Config *config);
void bindings_free(Bindings *bindings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bindings, bindings_free)

/* PANE_COUNT: what holds in all panes, unless one has it otherwise. Belongs to BINDINGS. */
Keymap *bindings_keymap(const Bindings *bindings, PaneNumber pane);

/* The mistakes in the bind blocks; of ConfigProblem, by line. Belongs to BINDINGS. */
const GPtrArray *bindings_problems(const Bindings *bindings);

/* The same, taken over by the caller; BINDINGS has none any more. */
GPtrArray *bindings_take_problems(Bindings *bindings);
