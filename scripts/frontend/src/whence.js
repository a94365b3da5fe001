// What scripts add to every page: completion in the search box, pictures that unfold in place.
import { complete } from "./completion.js";
import { unfold } from "./unfolding.js";

document.querySelectorAll("form[data-complete]").forEach(complete);
document.querySelectorAll("[data-picture]").forEach(unfold);
