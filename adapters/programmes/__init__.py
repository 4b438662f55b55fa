"""Records that every office which holds or inspects something keeps alike: no child is in them."""
