"""Town 街镇: residence, persuasion and dissuasion records (居住、劝返、劝诫), in a town's words."""
