/* SPDX-License-Identifier: ISC */
/* Where in its text a profile is at fault. Internal to model/. */
#ifndef DXEMU_MODEL_PROFILE_PLACES_H
#define DXEMU_MODEL_PROFILE_PLACES_H

#include "model/places.h"
#include "model/profile_keys.h"

/*
 * places_of_fault() - where to send the user with @fault: to the key, by itself or for both directions; where it is
 * not there, to the innermost mapping that it belongs into, else to the kind.
 * @ret_path: the key's path as it is or should be written
 */
const struct place *places_of_fault(const struct places *p, const struct fault *fault,
				    char *ret_path, size_t size);

#endif
